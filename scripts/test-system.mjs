import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { prepare, rootPath } from './lib/prepare.mjs';
import { main, say, Stop } from './lib/say.mjs';
import { ensureProgram } from './lib/system-packages.mjs';
import { cutPower, cutsPlanned } from '../test/system/power-cut.mjs';
import { isServerBuilt } from '../test/system/cluster/place.mjs';
import { checksPlanned as clusterChecks, playCluster } from '../test/system/cluster/play.mjs';
import { checksPlanned, playServices } from '../test/system/service/play.mjs';
import { makeMachine } from './lib/vm/image.mjs';
import { runMachine } from './lib/vm/run.mjs';

/** A machine without KVM needs half a minute to boot. */
const seconds = 600;
const here = (path) => join(rootPath, 'test/system/vm', path);

/** What the lock of the audit trail needs. */
const lockPackages = ['fs-native-extensions', 'which-runtime', 'require-addon', 'bare-addon-resolve', 'bare-module-resolve', 'bare-semver'];

async function machineFiles(folder) {
  const home = join(folder, 'home');
  mkdirSync(home);
  const agent = readFileSync(here('agent.yaml'), 'utf8');
  writeFileSync(join(home, 'agent.yaml'), agent);
  writeFileSync(join(home, 'policy.json'), '{}\n');
  const typed = join(folder, 'package.json');
  writeFileSync(typed, '{ "type": "module" }\n');
  return {
    'opt/node': process.execPath,
    'opt/janus/cli': join(rootPath, 'dist/cli'),
    'opt/janus/test': here('.'),
    'srv/janus': home,
    'opt/janus/package.json': typed,
    'opt/janus/adapters/audit': join(rootPath, 'dist/adapters/audit'),
    'opt/janus/adapters/files': join(rootPath, 'dist/adapters/files'),
    'opt/janus/domain': join(rootPath, 'dist/domain'),
    ...Object.fromEntries(lockPackages.map((name) => [`opt/janus/node_modules/${name}`, join(rootPath, 'node_modules', name)])),
  };
}

const counts = { passed: 0, failed: 0 };
function onResult(ok, name, found) {
  counts[ok ? 'passed' : 'failed'] += 1;
  const took = found?.seconds === undefined ? '' : ` (${found.seconds} s)`;
  say(ok ? `ok - ${name}${took}` : `not ok - ${name} # ${JSON.stringify(found)}`);
}

/** cgroup v2, its OOM killer and project quotas are not to be had on every machine: here they are, in QEMU. Answers with how many checks there were to be. */
async function inMachine(folder) {
  for (const program of ['qemu-system-x86_64', 'mmdebstrap', 'busybox', 'mke2fs', 'cpio']) await ensureProgram(program);
  const machine = await makeMachine(folder, { files: await machineFiles(folder), unit: readFileSync(here('janus-test.service'), 'utf8') });
  await cutPower(machine, { seconds, onLine: (line) => void (process.env.JANUS_VM_CONSOLE && say(line)), onResult });
  let planned;
  await runMachine(machine, {
    seconds,
    onLine: (line) => {
      // The console's own escape sequences may stand before it.
      const result = /(not ok|ok) \d+ - .*/.exec(line);
      if (result !== null) counts[result[1] === 'ok' ? 'passed' : 'failed'] += 1;
      planned ??= /^1\.\.(\d+)$/.exec(line)?.[1];
      if (result !== null) say(result[0]);
      else if (process.env.JANUS_VM_CONSOLE) say(line);
    },
  });
  return cutsPlanned + Number(planned ?? Number.NaN);
}

/** How services behave under a real systemd, in a container that boots. */
async function inBox(folder) {
  for (const program of ['mmdebstrap', 'systemd-nspawn']) await ensureProgram(program);
  await playServices(folder, onResult);
  return checksPlanned;
}

/** Vessels on a Temporal server that asks who one is. */
async function onCluster(folder) {
  await playCluster(folder, onResult);
  return clusterChecks;
}

const parts = { machine: inMachine, services: inBox, cluster: onCluster };

/** To build the server takes minutes, which only who asks for this part has. */
function isLeftOut(name, only) {
  if (only !== undefined) return name !== only;
  if (name !== 'cluster' || isServerBuilt()) return false;
  say('  left out: the part on a cluster, whose server is not built here: npm run test:system -- --only cluster');
  return true;
}

await main(async () => {
  const { only } = parseArgs({ options: { only: { type: 'string' } } }).values;
  if (only !== undefined && !Object.hasOwn(parts, only))
    throw new Stop(`there is no part ${only}: ${Object.keys(parts).join(', ')}`, {
      next: 'npm run test:system -- --only services',
      code: 2,
    });
  if (process.getuid?.() !== 0) throw new Stop('the system tests need root, to make a disk image', { next: 'sudo npm run test:system' });
  await prepare();
  let planned = 0;
  for (const [name, play] of Object.entries(parts)) {
    if (isLeftOut(name, only)) continue;
    const folder = mkdtempSync(join(tmpdir(), 'janus-vm-'));
    try {
      planned += await play(folder);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  }
  // A machine that died before it said how many checks there are has failed.
  if (counts.passed + counts.failed !== planned) counts.failed += 1;
  process.stdout.write(`${counts.passed} passed, ${counts.failed} failed\n`);
  if (counts.failed > 0) process.exitCode = 1;
});
