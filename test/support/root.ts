import { it } from '@jest/globals';

/** What only root can set up. In CI somebody has to be root; elsewhere it is said loudly that it was skipped. */
const isRoot = process.getuid?.() === 0;
if (!isRoot && process.env['CI'] === undefined) process.stderr.write('\nSKIPPED: some tests need root\n');
export const itAsRoot: typeof it = isRoot || process.env['CI'] !== undefined ? it : (it.skip as unknown as typeof it);
