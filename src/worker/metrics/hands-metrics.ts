import { hostMilliseconds, readPublished, statePageIn } from '../../adapters/controls/state-page.js';
import { stages } from '../../domain/controls/orders.js';
import { isFresh } from '../../domain/controls/published.js';
import type { PublishedControls } from '../../domain/controls/published.js';
import type { Meter } from '../../domain/metrics/series.js';

const megabyte = 1_048_576;

function setFigures(meter: Meter, { orders, figures, work, host, ticking, at, concurrencyMax }: PublishedControls): void {
  const { pressure, ceiling } = figures;
  meter.set('janus_governor_limit', orders.concurrency);
  meter.set('janus_governor_limit_max', concurrencyMax);
  meter.set('janus_governor_ceiling', ceiling);
  meter.set('janus_actions_running', work.running);
  meter.set('janus_actions_waiting', work.waiting);
  meter.set('janus_actions_reserved_bytes', work.reservedMb * megabyte);
  for (const stage of stages) meter.set('janus_relief_stage', orders.stage === stage ? 1 : 0, { stage });
  meter.set('janus_held', orders.holds.starts === undefined ? 0 : 1, { what: 'starts' });
  meter.set('janus_held', orders.holds.network === undefined ? 0 : 1, { what: 'network' });
  meter.set('janus_pressure', pressure.cpuStall, { of: 'cpu_stall' });
  meter.set('janus_pressure', pressure.cpuUse, { of: 'cpu_use' });
  meter.set('janus_pressure', pressure.memoryStall, { of: 'memory_stall' });
  meter.set('janus_pressure', pressure.memory, { of: 'memory' });
  meter.set('janus_disk_used', host.disk);
  meter.set('janus_tick_timestamp_seconds', Date.parse(at) / 1_000);
  meter.set('janus_tick_jitter_seconds', ticking.jitterP50Ms / 1_000, { quantile: '0.5' });
  meter.set('janus_tick_jitter_seconds', ticking.jitterP99Ms / 1_000, { quantile: '0.99' });
}

/**
 * What the controls of this host say, from the page that the worker which drives them writes at every tick: the tick itself does nothing more for it.
 * A page that nobody keeps up to date is not repeated: the time of the last tick says so.
 */
export function sampleControls(controls: string, monotonic: () => number = hostMilliseconds): (meter: Meter) => void {
  const page = statePageIn(controls);
  let before: PublishedControls['ticking'] | undefined;
  return (meter) => {
    const published = readPublished(page);
    if (published === undefined || !isFresh(published, monotonic())) return;
    const { ticking } = published;
    // Another worker that drives now counts its own.
    const goesOn = before !== undefined && before.ticks <= ticking.ticks;
    meter.add('janus_ticks_total', ticking.ticks - (goesOn ? (before?.ticks ?? 0) : ticking.ticks));
    meter.add('janus_ticks_missed_total', Math.max(0, ticking.missed - (goesOn ? (before?.missed ?? 0) : ticking.missed)));
    before = ticking;
    setFigures(meter, published);
  };
}
