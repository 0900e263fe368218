import { spawn } from 'node:child_process';
import { chmodSync, closeSync, mkdirSync, openSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { dist } from '../lib/dist.mjs';
import { hostPressure, pool, residentMb, timed } from '../lib/host.mjs';
import { median, rounded, summary } from '../lib/statistics.mjs';

const program = '/usr/bin/true';
const width = 8;

function untilClosed(child) {
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    for (const stream of child.stdio) stream?.resume?.();
    child.once('close', (code) => (code === 0 ? resolve() : reject(new Error(`ended with ${code}`))));
  });
}

function plainSpawn(file = program, args = []) {
  return untilClosed(spawn(file, args, { cwd: '/', env: {}, stdio: ['ignore', 'pipe', 'pipe'] }));
}

/** A sandbox of one tier, and a way to run a command in it. */
async function openSandbox({ folder, janus }, tier) {
  const [{ createSandbox }, { charterLimits }] = await Promise.all([dist('adapters/sandbox/create-sandbox.js'), dist('domain/limits.js')]);
  const root = join(folder, `sandbox-${tier ?? 'best'}`);
  mkdirSync(root, { mode: 0o711 });
  chmodSync(folder, 0o711);
  const { bwrapPath, account } = janus.config.sandbox;
  const sandbox = createSandbox({ bwrapPath, workspacesRoot: root, account, ...(tier && { tier }) });
  const workspace = await sandbox.prepareWorkspace('janus-0000000000be');
  let count = 0;
  return async (path = program, args = []) => {
    const outputPrefix = `${workspace}.output/step-${(count += 1)}`;
    const command = { tool: 'noop', path, args };
    const request = { command, workspace, limits: charterLimits, network: [], grants: [], outputPrefix };
    return sandbox.run(request, new AbortController().signal);
  };
}

const ranWell = (run) => async () => {
  const { reason, exitCode } = await run();
  if (reason !== 'exit' || exitCode !== 0) throw new Error(`the sandbox ended by ${reason} with ${exitCode}`);
};

/** The profile's own command line, started plainly: nobody watches it, holds it to a quota or keeps its output. */
async function openProfile({ folder, janus }) {
  const [{ createSandbox }, { charterLimits }, { profileData }, { currentActionAccount }] = await Promise.all([
    dist('adapters/sandbox/create-sandbox.js'),
    dist('domain/limits.js'),
    dist('adapters/sandbox/profile.js'),
    dist('adapters/sandbox/account.js'),
  ]);
  const root = join(folder, 'sandbox-profile');
  mkdirSync(root, { mode: 0o711 });
  const { bwrapPath, account: name } = janus.config.sandbox;
  const account = currentActionAccount(name);
  const sandbox = createSandbox({ bwrapPath, workspacesRoot: root, account: name });
  const workspace = await sandbox.prepareWorkspace('janus-0000000000be');
  const command = { tool: 'noop', path: program, args: [] };
  const [, ...argv] = sandbox.commandLine({ command, workspace, limits: charterLimits, network: [], grants: [], outputPrefix: '' });
  const files = profileData().map((content, index) => {
    const file = join(root, `data-${index}`);
    writeFileSync(file, content);
    return file;
  });
  return () => {
    const descriptors = files.map((file) => openSync(file, 'r'));
    const identity = account.switches ? { uid: account.uid, gid: account.gid } : {};
    const stdio = ['ignore', 'pipe', 'pipe', 'pipe', ...descriptors];
    const ended = untilClosed(spawn(bwrapPath, argv, { cwd: '/', env: {}, stdio, ...identity }));
    for (const descriptor of descriptors) closeSync(descriptor);
    return ended;
  };
}

/** How many a second, eight at once; bare bwrap is what a namespace costs without anything that Janus does. */
async function perSecond(count, work) {
  const { milliseconds } = await timed(() => pool(Array.from({ length: count }), width, work));
  return (count * 1_000) / milliseconds;
}

/** What a flood of output leaves in the memory of the process that reads it, in MB. */
async function floodGrowth(run) {
  globalThis.gc?.();
  const before = residentMb(process.pid);
  const { reason } = await run('/usr/bin/head', ['-c', '17G', '/dev/zero']);
  if (reason !== 'output') throw new Error(`a flood of output ended by ${reason}`);
  return residentMb(process.pid) - before;
}

/** The same program, plainly and in its sandbox, by turns: until nothing of it is left and its output is on the disk. */
export async function measureSandbox(ground, { pairs }) {
  const best = await openSandbox(ground);
  const withoutLeaf = await openSandbox(ground, 'rlimit');
  const { bwrapPath } = ground.janus.config.sandbox;
  const bareBwrap = () => plainSpawn(bwrapPath, ['--ro-bind', '/', '/', '--unshare-all', '--die-with-parent', '--', program]);
  const ways = { plain: () => plainSpawn(), sandboxed: ranWell(best), without_leaf: ranWell(withoutLeaf) };
  const found = { plain: [], sandboxed: [], without_leaf: [] };
  for (let pair = -3; pair < pairs; pair += 1) {
    for (const [name, work] of Object.entries(ways)) {
      const { milliseconds } = await timed(work);
      if (pair >= 0) found[name].push(milliseconds);
    }
  }
  const over = (name) => summary(found[name].map((value, index) => value - found.plain[index]));
  const profile = await openProfile(ground);
  const rates = { bare_bwrap: [], profile: [], without_leaf: [], sandboxed: [] };
  for (let round = 0; round < 3; round += 1) {
    rates.bare_bwrap.push(await perSecond(pairs, bareBwrap));
    rates.profile.push(await perSecond(pairs, profile));
    rates.without_leaf.push(await perSecond(pairs, ranWell(withoutLeaf)));
    rates.sandboxed.push(await perSecond(pairs, ranWell(best)));
  }
  return {
    sandbox: {
      plain_ms: rounded(median(found.plain)),
      sandboxed_ms: rounded(median(found.sandboxed)),
      overhead_ms: over('sandboxed'),
      without_leaf_ms: over('without_leaf'),
      bare_bwrap_per_s: rounded(median(rates.bare_bwrap)),
      profile_per_s: rounded(median(rates.profile)),
      without_leaf_per_s: rounded(median(rates.without_leaf)),
      per_s: rounded(median(rates.sandboxed)),
      flood_rss_mb: rounded(await floodGrowth(best)),
      host: hostPressure(),
    },
  };
}
