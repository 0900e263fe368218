import { spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { dist } from '../lib/dist.mjs';
import { hostPressure, pool, residentMb, timed } from '../lib/host.mjs';
import { median, pairedRatio, rounded, summary } from '../lib/statistics.mjs';

const program = '/usr/bin/true';
const width = 8;
/** 200,000 calls that do next to nothing, a read and a write for each byte: nearly all the time is the way into the kernel. */
const manyCalls = ['/usr/bin/dd', ['if=/dev/zero', 'of=/dev/null', 'bs=1', 'count=100000']];

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
  const [{ createSandbox }, { charterLimits }] = await Promise.all([
    dist('adapters/sandbox/run/create-sandbox.js'),
    dist('domain/action/limits.js'),
  ]);
  const root = join(folder, `sandbox-${tier ?? 'best'}`);
  mkdirSync(root, { mode: 0o711 });
  const { bwrapPath, account } = janus.config.sandbox;
  const sandbox = createSandbox({ bwrapPath, workspacesRoot: root, account, ...(tier && { tier }) });
  const workspace = await sandbox.prepareWorkspace('janus-0000000000be');
  let count = 0;
  return async (path = program, args = []) => {
    const outputPrefix = `${sandbox.outputsOf('janus-0000000000be')}/step-${(count += 1)}`;
    const command = { tool: 'noop', path, args };
    const request = { command, workspace, limits: charterLimits, network: [], grants: [], outputPrefix };
    return sandbox.run(request, new AbortController().signal);
  };
}

const ranWell = (run) => async () => {
  const { reason, exitCode } = await run();
  if (reason !== 'exit' || exitCode !== 0) throw new Error(`the sandbox ended by ${reason} with ${exitCode}`);
};

/**
 * The profile's own command line, started plainly: nobody watches it, holds it to a quota or keeps its output. Returns what starts a command
 * in it, and what does the same without the seccomp filter.
 */
async function openProfile({ folder, janus }) {
  const [{ createSandbox }, { charterLimits }, { profileData }, { currentActionAccount }] = await Promise.all([
    dist('adapters/sandbox/run/create-sandbox.js'),
    dist('domain/action/limits.js'),
    dist('adapters/sandbox/profile/profile.js'),
    dist('adapters/sandbox/profile/account.js'),
  ]);
  const root = join(folder, 'sandbox-profile');
  mkdirSync(root, { mode: 0o711 });
  const { bwrapPath, account: name } = janus.config.sandbox;
  const account = currentActionAccount(name);
  const sandbox = createSandbox({ bwrapPath, workspacesRoot: root, account: name });
  const workspace = await sandbox.prepareWorkspace('janus-0000000000be');
  const files = profileData().map((content, index) => {
    const file = join(root, `data-${index}`);
    writeFileSync(file, content);
    return file;
  });
  const starter =
    (withFilter) =>
    (path = program, args = []) => {
      const command = { tool: 'noop', path, args };
      const [, ...argv] = sandbox.commandLine({ command, workspace, limits: charterLimits, network: [], grants: [], outputPrefix: '' });
      if (!withFilter) argv.splice(argv.indexOf('--seccomp'), 2);
      const descriptors = files.map((file) => openSync(file, 'r'));
      const identity = account.switches ? { uid: account.uid, gid: account.gid } : {};
      const stdio = ['ignore', 'pipe', 'pipe', 'pipe', ...descriptors];
      const ended = untilClosed(spawn(bwrapPath, argv, { cwd: '/', env: {}, stdio, ...identity }));
      for (const descriptor of descriptors) closeSync(descriptor);
      return ended;
    };
  return { profile: starter(true), withoutFilter: starter(false) };
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

/** Milliseconds of each way, one at a time and by turns; the first three turns warm up. */
async function byTurns(ways, turns) {
  const found = Object.fromEntries(Object.keys(ways).map((name) => [name, []]));
  for (let turn = -3; turn < turns; turn += 1) {
    for (const [name, work] of Object.entries(ways)) {
      const { milliseconds } = await timed(work);
      if (turn >= 0) found[name].push(milliseconds);
    }
  }
  return found;
}

/** How many a second of each way, eight at once. Each round begins with another way: who comes after whom should not matter. */
async function ratesByTurns(ways, { rounds, each }) {
  const names = Object.keys(ways);
  const found = Object.fromEntries(names.map((name) => [name, []]));
  for (let round = 0; round < rounds; round += 1) {
    for (let turn = 0; turn < names.length; turn += 1) {
      const name = names[(round + turn) % names.length];
      found[name].push(await perSecond(each, ways[name]));
    }
  }
  return found;
}

const differences = (values, references) => values.map((value, index) => value - references[index]);

/** What the seccomp filter costs: when a sandbox is started, and in a program that does little but call the kernel. */
async function measureFilter({ profile, withoutFilter }, { pairs, rounds }) {
  const start = await byTurns({ profile, withoutFilter }, pairs);
  const calls = await byTurns({ profile: () => profile(...manyCalls), withoutFilter: () => withoutFilter(...manyCalls) }, rounds);
  return {
    start_ms: summary(differences(start.profile, start.withoutFilter)),
    start_ratio: rounded(pairedRatio(start.profile, start.withoutFilter)),
    calls_ratio: rounded(pairedRatio(calls.profile, calls.withoutFilter)),
  };
}

/** The same program, plainly and in its sandbox, by turns: until nothing of it is left and its output is on the disk. */
export async function measureSandbox(ground, { pairs, rounds, each }) {
  const best = await openSandbox(ground);
  const withoutLeaf = await openSandbox(ground, 'rlimit');
  const { bwrapPath } = ground.janus.config.sandbox;
  const bareBwrap = () => plainSpawn(bwrapPath, ['--ro-bind', '/', '/', '--unshare-all', '--die-with-parent', '--', program]);
  const { tier } = await best();
  const found = await byTurns({ plain: () => plainSpawn(), sandboxed: ranWell(best), without_leaf: ranWell(withoutLeaf) }, pairs);
  const profiles = await openProfile(ground);
  const ways = {
    bare_bwrap: bareBwrap,
    profile: () => profiles.profile(),
    without_leaf: ranWell(withoutLeaf),
    sandboxed: ranWell(best),
  };
  const rates = await ratesByTurns(ways, { rounds, each });
  return {
    sandbox: {
      tier,
      plain_ms: rounded(median(found.plain)),
      sandboxed_ms: rounded(median(found.sandboxed)),
      overhead_ms: summary(differences(found.sandboxed, found.plain)),
      without_leaf_ms: summary(differences(found.without_leaf, found.plain)),
      bare_bwrap_per_s: rounded(median(rates.bare_bwrap)),
      profile_per_s: rounded(median(rates.profile)),
      without_leaf_per_s: rounded(median(rates.without_leaf)),
      per_s: rounded(median(rates.sandboxed)),
      ratio_profile: rounded(pairedRatio(rates.sandboxed, rates.profile)),
      without_leaf_ratio_profile: rounded(pairedRatio(rates.without_leaf, rates.profile)),
      ratio_bare_bwrap: rounded(pairedRatio(rates.sandboxed, rates.bare_bwrap)),
      filter: await measureFilter(profiles, { pairs, rounds }),
      flood_rss_mb: rounded(await floodGrowth(best)),
      host: hostPressure(),
    },
  };
}
