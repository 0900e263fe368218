import { readStop } from '../../../src/adapters/controls/stop-mark.js';

/** Reports what this account can tell about the file. */
const [, , file = '', mark = ''] = process.argv;
const stop = await readStop({ file, mark });
process.send?.(stop ?? 'not set', () => process.disconnect());
