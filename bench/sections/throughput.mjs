import { cpuOf, hostPressure, ownCpu, pool } from '../lib/host.mjs';
import { median, pairedRatio, rounded } from '../lib/statistics.mjs';
import { bareVariant, janusVariant } from '../lib/vessel.mjs';

/** Starts a batch, then approves it, then has all its results; what that took of time and CPU. */
async function measure({ variant, worker, server }, { count, width }) {
  const items = Array.from({ length: count }, () => variant.prepare());
  const before = { own: ownCpu(), worker: cpuOf(worker.pid), server: cpuOf(server.pid).own };
  const start = performance.now();
  await pool(items, width, (item) => variant.start(item));
  await pool(items, width, async (item) => {
    await variant.approve(item);
    return variant.result(item);
  });
  const seconds = (performance.now() - start) / 1_000;
  const after = cpuOf(worker.pid);
  return {
    perSecond: count / seconds,
    cpu: (ownCpu() - before.own + after.own - before.worker.own) / count,
    children: (after.children - before.worker.children) / count,
    server: (cpuOf(server.pid).own - before.server) / count,
    last: items.at(-1).id,
  };
}

function describeRounds(rounds) {
  const of = (name) => rounded(median(rounds.map((round) => round[name])));
  return { per_s: of('perSecond'), cpu_ms: of('cpu'), server_cpu_ms: of('server'), rounds: rounds.length };
}

async function sizeOf(client, id) {
  const { historyLength, historySize } = await client.workflow.getHandle(id).describe();
  return { events: historyLength, history_bytes: historySize };
}

/** Bare Temporal, Janus with an executor that does nothing, Janus as it is: round by round, so that a busy neighbour disturbs all three. */
export async function measureThroughput({ client, server, bare, noop, janus }, { rounds, count, width, secondsMax }) {
  const until = Date.now() + secondsMax * 1_000;
  const contestants = {
    bare: { variant: bareVariant(client, bare, 'bareWorkflow'), worker: bare.worker, server },
    proposal: { variant: janusVariant(client, noop), worker: noop.worker, server },
    janus: { variant: janusVariant(client, janus), worker: janus.worker, server },
  };
  const names = Object.keys(contestants);
  for (const name of names) await measure(contestants[name], { count, width });
  const found = { bare: [], proposal: [], janus: [] };
  // On a busy machine fewer rounds, but never a ratio of a single one if more were asked for.
  for (let round = 0; round < Math.min(2, rounds) || (round < rounds && Date.now() < until); round += 1) {
    for (const name of names) found[name].push(await measure(contestants[name], { count, width }));
  }
  const ratios = (name) => ({
    ratio_per_s: rounded(pairedRatio(...[found[name], found.bare].map((each) => each.map(({ perSecond }) => perSecond)))),
    ratio_cpu: rounded(pairedRatio(...[found[name], found.bare].map((each) => each.map(({ cpu }) => cpu)))),
  });
  const host = hostPressure();
  return {
    bare: { ...describeRounds(found.bare), ...(await sizeOf(client, found.bare[0].last)), host },
    proposal: { ...describeRounds(found.proposal), ...(await sizeOf(client, found.proposal[0].last)), ...ratios('proposal'), host },
    janus: {
      ...describeRounds(found.janus),
      ...ratios('janus'),
      sandbox_cpu_ms: rounded(median(found.janus.map(({ children }) => children))),
      host,
    },
  };
}
