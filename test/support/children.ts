import type { ChildProcess } from 'node:child_process';
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll } from '@jest/globals';
import { build } from 'esbuild';

const root = fileURLToPath(new URL('../../', import.meta.url));

/** Real processes that run a script of `test/support/children` against today's sources; what is still alive at the end is killed. */
export function useChild(name: string): {
  start(...args: string[]): ChildProcess;
  startWith(descriptors: readonly (number | 'ignore')[], ...args: string[]): ChildProcess;
  /** As another account, from its first instruction on: needs root. */
  startAs(uid: number, ...args: string[]): ChildProcess;
} {
  // In the clone, so that packages are found from there; the folder is ignored by git.
  const file = `${root}.cache/children/${name}-${process.pid}.mjs`;
  const children: ChildProcess[] = [];
  beforeAll(async () => {
    await build({
      entryPoints: [`${root}test/support/children/${name}.ts`],
      outfile: file,
      bundle: true,
      platform: 'node',
      format: 'esm',
      packages: 'external',
    });
  });
  afterAll(() => {
    for (const child of children) child.kill('SIGKILL');
    rmSync(file, { force: true });
  });
  const startWith = (descriptors: readonly (number | 'ignore')[], ...args: string[]) => {
    const child = fork(file, args, { execArgv: [], stdio: ['ignore', 'ignore', 'inherit', 'ipc', ...descriptors] });
    children.push(child);
    return child;
  };
  const startAs = (uid: number, ...args: string[]) => {
    const child = fork(file, args, { execArgv: [], stdio: ['ignore', 'ignore', 'inherit', 'ipc'], uid, gid: uid, cwd: '/' });
    children.push(child);
    return child;
  };
  return { start: (...args) => startWith([], ...args), startWith, startAs };
}

/** Everything that a child reports until it has ended, and how it ended. */
export async function endOf(child: ChildProcess): Promise<{ readonly messages: readonly unknown[]; readonly code: number | null }> {
  const messages: unknown[] = [];
  child.on('message', (message) => messages.push(message));
  const [code] = (await once(child, 'close')) as [number | null];
  return { messages, code };
}
