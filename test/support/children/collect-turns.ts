import { mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { collect } from '../../../src/adapters/sandbox/workspace/collect.js';
import { sweepScratches } from '../../../src/adapters/sandbox/workspace/scratch-name.js';
import { countCalls } from '../files/count-calls.js';

/** A pass over so many entries: `collect` looks at what lies in a workspace, `sweep` removes scratch folders of a process that is gone. */
const [root = '', pass = '', entries = ''] = process.argv.slice(2);
for (let number = 0; number < Number(entries); number += 1) {
  const name = String(number).padStart(6, '0');
  // What is no file is not opened, so that nothing is waited for.
  if (pass === 'collect') symlinkSync('nowhere', join(root, name));
  else mkdirSync(join(root, `scratch-2-1-${name}`, 'inner'), { recursive: true });
}
const counting = countCalls();
const seen = pass === 'collect' ? (await collect(root)).leftOutCount : (await sweepScratches(root)).length;
process.send?.({ ...counting.end(), seen }, () => process.disconnect());
