import { quantile } from '../lib/statistics.mjs';

/** Changes of direction among moves of more than one: what flutters. */
export function reversals(limits) {
  let [count, direction] = [0, 0];
  for (const [index, limit] of limits.entries()) {
    const move = limit - (limits[index - 1] ?? limit);
    if (Math.abs(move) <= 1) continue;
    if (direction !== 0 && Math.sign(move) !== direction) count += 1;
    direction = Math.sign(move);
  }
  return count;
}

const changes = (values) => values.filter((value, index) => index > 0 && value !== values[index - 1]).length;

/** What a run came to, in seconds and counts. */
export function outcomeOf({ samples, arrived, started, ended, endedAt, kills, sheds, aboveSeconds, peakMemory, peakRunning }) {
  const waits = arrived.filter(({ id }) => started.has(id)).map(({ id, at }) => started.get(id) - at);
  const limits = samples.map(({ limit }) => limit);
  return {
    end_s: endedAt ?? null,
    unfinished: arrived.length - ended.size,
    wait_p95_s: waits.length === 0 ? null : quantile(waits, 0.95),
    above_90_s: Math.round(aboveSeconds * 100) / 100,
    kills: kills.length,
    sheds: sheds.length,
    peak_memory: peakMemory,
    peak_running: peakRunning,
    reversals: reversals(limits),
    stages: changes(samples.map(({ stage }) => stage)),
  };
}
