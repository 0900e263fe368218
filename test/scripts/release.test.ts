import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from '@jest/globals';
import { pack, writeSums } from '../../scripts/lib/release/archive.mjs';
import { findNodeRuntime, knownNodes, nodeVersion } from '../../scripts/lib/release/node-runtime.mjs';
import { useFolders } from '../support/folders.js';

const folder = useFolders();

/** The same files, put there in another order, at another time, by somebody with another umask. */
function madeBy({ names, mode, at }: { readonly names: readonly string[]; readonly mode: number; readonly at: number }): string {
  const top = join(folder(), 'janus-0-linux');
  mkdirSync(join(top, 'bin'), { recursive: true });
  for (const name of names) {
    writeFileSync(join(top, name), `${name}\n`);
    chmodSync(join(top, name), name.startsWith('bin/') ? mode | 0o100 : mode);
    utimesSync(join(top, name), at, at);
  }
  return top;
}

it('the same files give the same archive, whoever made them, when, and in which order (spec D4)', async () => {
  const first = madeBy({ names: ['bin/ubos', 'LICENSE', 'Zettel'], mode: 0o644, at: 1 });
  const second = madeBy({ names: ['Zettel', 'bin/ubos', 'LICENSE'], mode: 0o600, at: 1_700_000_000 });
  const archives = [first, second].map((top) => `${top}.tar.gz`);
  for (const [index, top] of [first, second].entries()) {
    await writeSums(top);
    await pack(top, archives[index]!, '1700000000');
  }
  expect(readFileSync(archives[0]!).equals(readFileSync(archives[1]!))).toBe(true);
  expect(spawnSync('tar', ['-tvzf', archives[0]!], { encoding: 'utf8' }).stdout).toMatch(/^-rwxr-xr-x 0\/0 .* janus-0-linux\/bin\/ubos$/m);
});

it('its sums name every file, in an order of their own, and are held by sha256sum', async () => {
  const top = madeBy({ names: ['bin/ubos', 'b', 'A'], mode: 0o644, at: 1 });
  await writeSums(top);
  const sums = readFileSync(join(top, 'SHA256SUMS'), 'utf8');
  expect(sums.match(/(?<= {2}).*$/gm)).toEqual(['A', 'b', 'bin/ubos']);
  const check = () => spawnSync('sha256sum', ['--check', '--quiet', 'SHA256SUMS'], { cwd: top }).status;
  expect(check()).toBe(0);
  writeFileSync(join(top, 'bin/ubos'), 'another\n');
  expect(check()).toBe(1);
});

it('every Node that is tried is one that engines allows, and pinned; of each line there is one (spec D4)', async () => {
  const { engines } = JSON.parse(readFileSync(join(import.meta.dirname, '../../package.json'), 'utf8')) as { engines: { node: string } };
  expect(engines.node).toBe('^20.19 || >=22.12');
  expect(knownNodes.map((version) => version.split('.')[0])).toEqual(['20', '22', '24', '26']);
  expect(knownNodes).toContain(nodeVersion);
  await expect(findNodeRuntime('linux-x64', '18.0.0')).rejects.toThrow(/no pinned Node 18.0.0/);
});

it('no release is made for a platform whose Node is not pinned', async () => {
  await expect(findNodeRuntime('linux-riscv64')).rejects.toThrow(/no pinned Node [\d.]+ for linux-riscv64/);
});
