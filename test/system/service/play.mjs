import { copyFileSync, mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { rootPath } from '../../../scripts/lib/prepare.mjs';
import { run } from '../../../scripts/lib/run.mjs';
import { bootBox, makeBox } from './box.mjs';
import { afterReboot, beforeReboot, leaveOneWaiting, shutdowns } from './checks.mjs';
import { words } from './box-words.mjs';
import { cockpit } from './cockpit.mjs';
import { procedures } from './procedures.mjs';
import { telling } from './telling.mjs';
import { turnedKeys } from './turned-keys.mjs';
import { upgrades } from './upgrades.mjs';

async function unpackRelease(folder, root) {
  const made = join(folder, 'release');
  await run(process.execPath, [join(rootPath, 'scripts/release.mjs'), '--output', made], { cwd: rootPath });
  const archive = readdirSync(made).find((name) => name.endsWith('.tar.gz'));
  const target = join(root, 'root/release');
  mkdirSync(target, { recursive: true });
  await run('tar', ['-xzf', join(made, archive), '--strip-components=1', '--no-same-owner', '-C', target]);
}

const first = [...beforeReboot, ...turnedKeys, ...procedures, ...telling, ...cockpit, ...upgrades, ...shutdowns, leaveOneWaiting];
/** How many results there are. */
export const checksPlanned = first.length + afterReboot.length;

/**
 * Installs a release in a booted Debian, as people would, and does to it what servers meet: kills, hung loops, stops, a reboot, an end. Calls
 * `onResult` once for each check.
 */
export async function playServices(folder, onResult) {
  const root = await makeBox(folder);
  await unpackRelease(folder, root);
  copyFileSync(join(rootPath, 'test/system/service/silent-mount.mjs'), join(root, 'root/silent-mount.mjs'));
  let box = await bootBox(root);
  const play = ({ name, script }) => {
    const start = Date.now();
    const { code, out, err } = box.bash(`${words}\nset -eE; trap 'echo "line: $BASH_COMMAND"' ERR\n${script}`, { seconds: 300 });
    onResult(code === 0, name, { seconds: Math.round((Date.now() - start) / 1_000), code, said: `${out}\n${err}`.slice(-600) });
  };
  try {
    for (const check of first) play(check);
    await box.powerOff();
    box = await bootBox(root);
    for (const check of afterReboot) play(check);
  } finally {
    await box.powerOff();
  }
}
