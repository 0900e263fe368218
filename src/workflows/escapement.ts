import { proxyActivities } from '@temporalio/workflow';
import type { BeatState, ControlActivities } from '../contract/hands.js';
import { queues } from '../contract/names.js';

export interface EscapementInput {
  readonly vessel: string;
  readonly host: string;
  /** How long one run lasts; the Schedule starts the next. */
  readonly seconds: number;
}

/**
 * Keeps the ticking alive (spec G1). A workflow timer every half second would cost 864,000 events a day: instead one heartbeating activity
 * ticks in process, and its heartbeat carries the state from a crashed attempt to the next.
 */
export async function escapementWorkflow({ vessel, host, seconds }: EscapementInput): Promise<BeatState> {
  const { beat } = proxyActivities<ControlActivities>({
    taskQueue: queues.control(vessel, host),
    startToCloseTimeout: (seconds + 30) * 1_000,
    // A vessel that is switched off: this run ends, the Schedule starts another when there is a worker again.
    scheduleToCloseTimeout: (seconds + 60) * 1_000,
    heartbeatTimeout: '15 seconds',
    retry: { initialInterval: '1 second', backoffCoefficient: 1 },
    summary: 'escapement: ticks in process',
  });
  return beat({ seconds });
}
