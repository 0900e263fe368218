import { hostMilliseconds } from '../../../src/adapters/controls/state-page.js';
import { addMoment, noPast } from '../../../src/domain/controls/past.js';
import type { PublishedControls } from '../../../src/domain/controls/published.js';
import type { ControlStep } from '../../../src/domain/controls/step.js';

/** What the driver says after a step, just now. */
export function aPublished({ orders, figures, state }: ControlStep, change: Partial<PublishedControls> = {}): PublishedControls {
  const waits = [0, 1, 6, 5, 4, 3, 2, 0, 0, 0];
  const past = waits.reduce((all, waiting, index) => {
    const moment = { limit: 1 + (index % 5), running: index % 4, waiting, stall: 10 * index, memory: 50 };
    return addMoment(all, moment, all.everySeconds);
  }, noPast);
  return {
    version: 1,
    monotonic: hostMilliseconds(),
    at: '2026-01-02T11:59:59.700Z',
    pid: 4_711,
    concurrencyMax: 8,
    ticking: { ticks: 12_345, missed: 1, jitterP50Ms: 0.2, jitterP99Ms: 3.5 },
    ...{ orders, figures, state, past },
    work: { running: 2, waiting: 5, reservedMb: 1_024 },
    host: { swap: 0, disk: 0.4, processes: 312, connections: 12 },
    ...change,
  };
}
