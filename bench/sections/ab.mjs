import { runBatch, sizeOf } from '../lib/batch.mjs';
import { ownTree } from '../lib/dist.mjs';
import { hostPressure, residentMb } from '../lib/host.mjs';
import { startSignedVessel } from '../lib/signed-vessel.mjs';
import { median, pairedRatio, quantile, rounded } from '../lib/statistics.mjs';
import { bareVariant, untilWaiting } from '../lib/vessel.mjs';

/** What is told of each, in this order; all but the first two are milliseconds for one proposal. */
const figures = {
  perSecond: 'workflows/s',
  cpu: 'CPU of worker + client',
  worker: 'of it the worker',
  children: 'what the worker starts',
  server: 'CPU of the server',
  wait: 'approval -> outcome p50, one at a time',
};

/** One after the other, each waiting when it is approved: how long until its outcome is there. */
async function waitOf(client, variant, count) {
  const waits = [];
  for (let done = 0; done < count; done += 1) {
    const item = variant.prepare();
    await variant.start(item);
    await untilWaiting(client, item.id);
    await variant.sign?.(item);
    const start = performance.now();
    await variant.approve(item);
    await variant.result(item);
    waits.push(performance.now() - start);
  }
  return quantile(waits, 0.5);
}

/** Worker and client of one clone; the executor does nothing, so that sandboxes do not hide what is compared. */
async function contestantsOf({ client, startVessel }, { tree, name }) {
  const { janusVariant } = await import(new URL('bench/lib/vessel.mjs', tree).href);
  const vessel = await startVessel(name, { noop: true, tree });
  const signed = await startSignedVessel(client, startVessel, { name: `${name}-signed`, noop: true, tree });
  return { unsigned: { variant: janusVariant(client, vessel), worker: vessel.worker }, signed: { variant: signed, worker: signed.worker } };
}

function compare(found, kind) {
  const [here, other] = ['here', 'other'].map((side) => found[`${kind} ${side}`]);
  return Object.keys(figures).map((name) => {
    const [of, against] = [here, other].map((rounds) => rounds.map((round) => round[name]));
    return { kind, name, here: rounded(median(of)), other: rounded(median(against)), ratio: rounded(pairedRatio(of, against)) };
  });
}

/**
 * This clone and another commit on one server, round by round: a neighbour who is busy disturbs both. Ratios are of figures of the same round;
 * CPU is the surest of them where others use the machine.
 */
export async function measureAb(place, { other, rounds, count, width, waits }, onProgress) {
  const { client, server } = place;
  const bare = await place.startBare();
  const sides = {
    here: await contestantsOf(place, { tree: ownTree, name: 'here' }),
    other: await contestantsOf(place, { ...other, name: 'other' }),
  };
  const contestants = {
    'unsigned bare': { variant: bareVariant(client, bare, 'bareWorkflow'), worker: bare.worker, server },
    ...Object.fromEntries(
      ['unsigned', 'signed'].flatMap((kind) => Object.keys(sides).map((side) => [`${kind} ${side}`, { ...sides[side][kind], server }])),
    ),
  };
  const names = Object.keys(contestants);
  const found = Object.fromEntries(names.map((name) => [name, []]));
  onProgress('warm-up');
  for (const name of names) await runBatch(contestants[name], { count, width });
  for (let round = 0; round < rounds; round += 1) {
    onProgress(`round ${round + 1} of ${rounds}`);
    // By turns in both directions: who comes second finds the caches of who came first.
    for (const name of round % 2 === 0 ? names : names.toReversed()) {
      const batch = await runBatch(contestants[name], { count, width });
      found[name].push({ ...batch, wait: await waitOf(client, contestants[name].variant, waits) });
    }
  }
  const sizes = {};
  for (const name of names)
    sizes[name] = { ...(await sizeOf(client, found[name][0].last)), rss_mb: rounded(residentMb(contestants[name].worker.pid)) };
  const bareRounds = found['unsigned bare'];
  return {
    other: other.name,
    bare: Object.fromEntries(Object.keys(figures).map((name) => [name, rounded(median(bareRounds.map((round) => round[name])))])),
    compared: [...compare(found, 'unsigned'), ...compare(found, 'signed')],
    sizes,
    rounds,
    host: hostPressure(),
  };
}

/** The table that is printed. */
export function abRows({ other, bare, compared, sizes }) {
  const text = (value) => (value === null || value === undefined ? '-' : String(value));
  const size = (name) => `${sizes[name].events} / ${sizes[name].history_bytes} / ${sizes[name].rss_mb}`;
  return [
    ['ms of one proposal', 'bare Temporal', other, 'this clone', 'this clone / other'],
    ...compared.map(({ kind, name, here, other: against, ratio }) => [
      `${kind}: ${figures[name]}`,
      kind === 'unsigned' ? text(bare[name]) : '-',
      text(against),
      text(here),
      text(ratio),
    ]),
    ...['unsigned', 'signed'].map((kind) => [
      `${kind}: events / bytes of history / MB of the worker`,
      kind === 'unsigned' ? size('unsigned bare') : '-',
      size(`${kind} other`),
      size(`${kind} here`),
      '-',
    ]),
  ];
}
