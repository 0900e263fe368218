import { log, proxyActivities } from '@temporalio/workflow';
import type { BeatState, ControlActivities } from '../contract/hands.js';
import { queues } from '../contract/names.js';
import type { RecordedEntries } from '../domain/controls/kept-entries.js';
import { brain, untilRecorded } from './recording.js';

export interface EscapementInput {
  readonly vessel: string;
  readonly host: string;
  /** How long one run lasts; the Schedule starts the next. */
  readonly seconds: number;
}

const beating = ({ vessel, host }: EscapementInput, seconds: number): ControlActivities =>
  proxyActivities<ControlActivities>({
    taskQueue: queues.control(vessel, host),
    startToCloseTimeout: (seconds + 30) * 1_000,
    // A vessel that is switched off: this run ends, the Schedule starts another when there is a worker again.
    scheduleToCloseTimeout: (seconds + 60) * 1_000,
    heartbeatTimeout: '15 seconds',
    retry: { initialInterval: '1 second', backoffCoefficient: 1 },
    summary: 'escapement: ticks in process',
  });

/**
 * Keeps the ticking alive (spec G1). A workflow timer every half second would cost 864,000 events a day: instead one heartbeating activity
 * ticks in process, and its heartbeat carries the state from a crashed attempt to the next. It comes back early where something happened that
 * has to be recorded: hands touch no file of the trail, so the brain does, and the beat goes on.
 */
export async function escapementWorkflow(input: EscapementInput): Promise<BeatState> {
  const end = Date.now() + input.seconds * 1_000;
  let recorded: RecordedEntries | undefined;
  for (;;) {
    const left = Math.max(0, Math.ceil((end - Date.now()) / 1_000));
    const { kept, ...state } = await beating(input, left).beat({ seconds: left, ...(recorded && { recorded }) });
    if (kept === undefined) return state;
    const answer = await untilRecorded(() => brain.recordControls({ kept }));
    if (answer.kind === 'refused') {
      log.warn('what the controls told was not recorded', { why: answer.why });
      return state;
    }
    ({ recorded } = answer);
  }
}
