import { readFileSync } from 'node:fs';
import { hostPressure, sleep } from '../lib/host.mjs';
import { quantile, rounded } from '../lib/statistics.mjs';
import { janusVariant } from '../lib/vessel.mjs';

const tickMilliseconds = 500;

/** Half of them wait, the others take all of the processors that they get. Each is another action, or the review would refuse it as a repetition. */
function anAction(number, seconds) {
  const long = `${seconds}.${number}`;
  const [script, exitCode] = number % 2 === 0 ? [`exec sleep ${long}`, 0] : [`exec timeout ${long} sha256sum /dev/zero`, 124];
  return {
    tool_name: 'shell',
    tool_args: [script],
    tool_kwargs: { limits: { memory_limit_mb: 64, wall_seconds: seconds + 30 } },
    expect: { exit_code: exitCode },
  };
}

/** What the controls say of themselves at each tick, by the page that they write; undefined while it is being written. */
function look(page) {
  try {
    const { monotonic, ticking, work } = JSON.parse(readFileSync(page, 'utf8'));
    return { at: monotonic, tick: ticking.ticks, missed: ticking.missed, running: work.running };
  } catch {
    return undefined;
  }
}

async function watch(page, isOver) {
  const seen = [];
  while (!isOver(seen)) {
    const now = look(page);
    if (now !== undefined && now.tick !== seen.at(-1)?.tick) seen.push(now);
    await sleep(40);
  }
  return seen;
}

/** How late each tick came after its place on the grid, and the longest time from one to the next; the earliest one is on time. */
export function judgeTicks(seen) {
  const [first] = seen;
  const offGrid = seen.map(({ at, tick, missed }) => at - (tick - first.tick + missed - first.missed) * tickMilliseconds);
  const onTime = Math.min(...offGrid);
  const late = offGrid.map((each) => each - onTime);
  // One that nobody saw says nothing of how far its neighbours lie apart.
  const gaps = seen.slice(1).flatMap(({ at, tick }, index) => (tick === seen[index].tick + 1 ? [at - seen[index].at] : []));
  return {
    count: seen.length,
    missed: seen.at(-1).missed - first.missed,
    jitter_ms: { p50: rounded(quantile(late, 0.5)), p99: rounded(quantile(late, 0.99)), max: rounded(Math.max(...late)) },
    longest_gap_ms: rounded(Math.max(...gaps)),
  };
}

/** The tick of a worker while so many real actions run, each in a sandbox. */
export async function measureTicks(ground, { actions, seconds }) {
  const vessel = await ground.startVessel('ticks', { more: () => ({ security: { allowed_tools: ['shell'] } }) });
  const { start, approve, result, prepare } = janusVariant(ground.client, vessel);
  const all = Array.from({ length: actions }, (_, number) => prepare(anAction(number, seconds)));
  for (const each of all) {
    await start(each);
    await approve(each);
  }
  const isFull = ({ running }) => running === actions;
  const page = `${vessel.config.paths.controls}/state.json`;
  let isOver = false;
  const results = Promise.all(all.map(result)).finally(() => (isOver = true));
  results.catch(() => undefined);
  const seen = await watch(page, (ticks) => isOver || (ticks.some(isFull) && !isFull(ticks.at(-1))));
  await results;
  const full = seen.filter(isFull);
  if (full.length < 2) throw new Error(`never saw ${actions} actions run at once`);
  return { ticks: { actions, ...judgeTicks(full), host: hostPressure() } };
}
