import { statSync } from 'node:fs';
import { readFile, rm } from 'node:fs/promises';
import { setTimeout as pause } from 'node:timers/promises';
import { connect } from '../../../src/client/connect.js';
import type { JanusConfig } from '../../../src/config/config.js';
import { loadConfig } from '../../../src/config/load.js';
import { loadTemporalConnection } from '../../../src/client/temporal-connection.js';
import { findingsAtRest, keptWorkspaces, leftovers } from '../trail/invariants-at-rest.js';
import { findingsAnytime, readWholeTrail } from '../trail/invariants.js';
import { until } from '../until.js';
import type { Load } from './load.js';
import { startLoad } from './load.js';
import type { Kills, Nemesis } from './nemesis.js';
import { startNemesis } from './nemesis.js';
import { createRandom } from './random.js';
import type { Rig } from './rig.js';
import { openRig } from './rig.js';
import { followProposals } from './trail-tail.js';

export interface TortureSettings {
  /** Where everything lies; it must not exist, and goes when all went well. */
  readonly folder: string;
  readonly kills: number;
  readonly seed: number;
  /** Proposals that are alive at a time. */
  readonly population: number;
  /** The oracle looks after so many kills, besides at the end. */
  readonly lookEvery: number;
  /** No more kills after so many seconds. */
  readonly seconds: number;
  /** For what is still running when the kills are over. */
  readonly drainSeconds: number;
  readonly say: (text: string) => void;
}

export interface TortureReport {
  readonly kills: Kills;
  readonly proposals: number;
  /** Commands that really began, rollbacks included. */
  readonly executions: number;
  readonly doubles: number;
  readonly records: number;
  readonly ends: Readonly<Record<string, number>>;
  /** Seconds of killing, and of waiting until all had ended. */
  readonly killing: number;
  readonly draining: number;
  readonly looks: number;
  readonly findings: readonly string[];
}

interface Ground {
  readonly rig: Rig;
  readonly config: JanusConfig;
  readonly load: Load;
  readonly nemesis: Nemesis;
}

/** A size that grows is an action that wrote. */
const nextEffect = (file: string) => async () => {
  const { size } = statSync(file);
  while (statSync(file).size === size) await pause(15, undefined, { ref: false });
};

async function look({ rig, config, load, nemesis }: Ground) {
  // In this order: what had happened by now is on record by then.
  const effects = await rig.truth.effects();
  const trail = await readWholeTrail(config);
  const findings = findingsAnytime(effects, trail, {
    isApproved: (id) => load.known.get(id)?.approved,
    // Hands of two workers, and of one that was killed while its sandbox was still dying.
    runningMax: 3 * rig.concurrencyMax,
    stops: nemesis.stops,
  });
  return { effects, trail, findings: [...findings, ...load.problems, ...nemesis.problems] };
}

/**
 * With a retention that is over, so that nothing of what has ended may stay. The janitor looks when a worker starts; at its first look it may
 * only note that an interrupted action was settled, and at its next one that was long enough ago.
 */
async function tidied({ rig, config }: Ground): Promise<string[]> {
  await rig.configure({ security: { allowed_tools: ['mark', 'note'], filesystem: { workspace_retention_days: 0.000001 } } });
  const isTidy = async () => ((await keptWorkspaces(config)).length === 0 ? true : undefined);
  for (let look = 0; look < 3; look += 1) {
    const worker = rig.start('worker', 'worker of the janitor');
    await worker.ready;
    await until('workspaces of ended actions go', isTidy, { milliseconds: 20_000 }).catch(() => undefined);
    await worker.kill('SIGTERM');
    // Only now: what it noted as settled behind that look, the next one removes.
    if ((await isTidy()) === true) break;
  }
  const kept = await keptWorkspaces(config);
  return [
    ...(kept.length === 0 ? [] : [`X2: kept: ${kept.slice(0, 5).join()}`]),
    ...(await leftovers(config, rig.truth.folder, rig.workerPids)),
  ];
}

async function witnessAlerts(config: JanusConfig): Promise<string[]> {
  const lines = (await readFile(config.paths.agentLog, 'utf8').catch(() => '')).split('\n');
  return lines.filter((line) => line.includes('"head_refused"')).map((line) => `I4: the witness refused a head: ${line.slice(0, 600)}`);
}

async function atRest(ground: Ground, rig: Rig) {
  const { config, load } = ground;
  const temporal = await connect(loadTemporalConnection({}, config.paths.state));
  try {
    const { effects, trail, findings } = await look(ground);
    const promised = new Map(
      [...load.known].map(([id, { intent, signals, rejectionAccepted }]) => [
        id,
        { steps: intent.draft.steps?.length ?? 1, signals, rejectionAccepted },
      ]),
    );
    const rest = await findingsAtRest({ client: temporal.client, config, trail, effects, promised });
    return {
      effects,
      trail,
      ends: Object.fromEntries(rest.ends),
      findings: [...findings, ...rest.findings, ...(await witnessAlerts(config)), ...(await tidied({ ...ground, rig }))],
    };
  } finally {
    await temporal.close();
  }
}

/** Kills workers, witness and server while proposals live, and asks the oracle. Leaves nothing behind, whatever happens. */
export async function torture(settings: TortureSettings): Promise<TortureReport> {
  const { folder, kills, seed, population, seconds, say } = settings;
  const random = createRandom(seed);
  const rig = await openRig(folder);
  const config = loadConfig({ env: { JANUS_HOME: rig.home }, cwd: '/' });
  const tail = followProposals(config.paths.proposalsLog);
  let load: Load | undefined;
  let nemesis: Nemesis | undefined;
  let isGood = false;
  try {
    const first = rig.start('server');
    await first.ready;
    const temporal = await connect(loadTemporalConnection({}, rig.home));
    // The search attributes are registered by a worker; nobody can propose before.
    const worker = rig.start('worker');
    await worker.ready;
    await Promise.all([first, worker].map((each) => each.kill('SIGTERM')));
    const start = Date.now();
    nemesis = startNemesis({
      rig,
      random: random.fork(1),
      killsMax: kills,
      signal: AbortSignal.timeout(seconds * 1_000),
      nextEffect: nextEffect(rig.truth.file),
      stops: kills > 100,
    });
    load = startLoad({ rig, client: temporal.client, tail, random: random.fork(2), population });
    const ground = { rig, config, load, nemesis };
    let looks = 0;
    for (let next = settings.lookEvery; next < kills; next += settings.lookEvery) {
      await nemesis.untilKills(next);
      if (nemesis.total < next) break;
      const { effects, findings } = await look(ground);
      looks += 1;
      const took = ((Date.now() - start) / 1_000).toFixed(0);
      say(`${nemesis.total} kills in ${took} s · ${load.known.size} proposals · ${effects.length} effects · ${findings.length} findings`);
      if (findings.length > 0) throw new Error(`the invariants do not hold (${folder} is left):\n${findings.slice(0, 20).join('\n')}`);
    }
    await nemesis.untilKills(kills);
    const killed = Date.now();
    await nemesis.rest();
    const late = await load.drain(settings.drainSeconds);
    const drained = Date.now();
    say(`drained in ${((drained - killed) / 1_000).toFixed(0)} s`);
    const { effects, trail, ends, findings } = await atRest(ground, rig);
    const all = [...late.map((id) => `I11: ${id} has not ended`), ...findings];
    isGood = all.length === 0;
    load.close();
    await temporal.close();
    return {
      kills: nemesis.kills,
      proposals: load.known.size,
      executions: effects.filter(({ what }) => what === 'begin').length,
      doubles: all.filter((each) => each.startsWith('I2')).length,
      records: trail.records.length,
      ends,
      killing: (killed - start) / 1_000,
      draining: (drained - killed) / 1_000,
      looks: looks + 1,
      findings: all,
    };
  } finally {
    load?.close();
    nemesis?.stop();
    await tail.close();
    await rig.close();
    if (isGood) await rm(folder, { recursive: true, force: true });
    else say(`state, database and ground truth are left in ${folder}`);
  }
}
