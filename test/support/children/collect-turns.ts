import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { collect } from '../../../src/adapters/sandbox/workspace/collect.js';
import { currentActionAccount } from '../../../src/adapters/sandbox/profile/account.js';
import { gitConfigFor } from '../../../src/adapters/sandbox/profile/git-config.js';
import { sweepScratches } from '../../../src/adapters/sandbox/workspace/scratch-name.js';
import { takeSetIdBits } from '../../../src/adapters/sandbox/workspace/set-id-bits.js';
import { countCalls } from '../files/count-calls.js';

interface Pass {
  readonly make: (root: string, name: string) => void;
  /** How many it found. */
  readonly run: (root: string, entries: number) => Promise<number>;
}

/** A pass over so many entries: `collect` looks at what lies in a workspace, `sweep` removes scratch folders of a process that is gone. */
const passes: Readonly<Record<string, Pass>> = {
  collect: {
    // What is no file is not opened, so that nothing is waited for.
    make: (root, name) => symlinkSync('nowhere', join(root, name)),
    run: async (root) => (await collect(root)).leftOutCount,
  },
  sweep: {
    make: (root, name) => mkdirSync(join(root, `scratch-2-1-${name}`, 'inner'), { recursive: true }),
    run: async (root) => (await sweepScratches(root)).length,
  },
  repositories: {
    make: (root, name) => mkdirSync(join(root, name, '.git'), { recursive: true }),
    run: async (root) => (await gitConfigFor([{ path: root }], currentActionAccount('janus-no-such-account'))).split('.git"').length - 2,
  },
  bits: {
    make: (root, name) => {
      writeFileSync(join(root, name), '');
      chmodSync(join(root, name), 0o2755);
    },
    run: async (root, entries) => {
      await takeSetIdBits({ paths: [root], uid: process.getuid?.() ?? 0, since: 0, bwrap: '/usr/bin/bwrap' });
      return entries;
    },
  },
};

const [root = '', name = '', entries = ''] = process.argv.slice(2);
const pass = passes[name];
for (let number = 0; number < Number(entries); number += 1) pass?.make(root, String(number).padStart(6, '0'));
const counting = countCalls();
const seen = await pass?.run(root, Number(entries));
process.send?.({ ...counting.end(), seen }, () => process.disconnect());
