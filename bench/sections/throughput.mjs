import { runBatch, sizeOf } from '../lib/batch.mjs';
import { hostPressure } from '../lib/host.mjs';
import { median, pairedRatio, rounded } from '../lib/statistics.mjs';
import { bareVariant, janusVariant } from '../lib/vessel.mjs';

function describeRounds(rounds) {
  const of = (name) => rounded(median(rounds.map((round) => round[name])));
  return { per_s: of('perSecond'), cpu_ms: of('cpu'), server_cpu_ms: of('server'), rounds: rounds.length };
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
  for (const name of names) await runBatch(contestants[name], { count, width });
  const found = { bare: [], proposal: [], janus: [] };
  // On a busy machine fewer rounds, but never a ratio of a single one if more were asked for.
  for (let round = 0; round < Math.min(2, rounds) || (round < rounds && Date.now() < until); round += 1) {
    for (const name of names) found[name].push(await runBatch(contestants[name], { count, width }));
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
