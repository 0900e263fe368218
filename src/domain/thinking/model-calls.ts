import { trailEvent } from '../trail/events.js';
import type { Projection } from '../trail/projection.js';
import type { AuditRecord } from '../trail/records.js';
import type { SteadyTime } from '../trail/steady-time.js';
import { advance, noTimeYet, steadyAt } from '../trail/steady-time.js';

/** One time that a model was asked, by the id of its record. */
interface ModelCall {
  readonly id: string;
  /** Steady milliseconds. */
  readonly at: number;
  /** What it cost; what was reserved, as long as nobody knows. */
  readonly tokens: number;
  /** `answered`, or why not; absent: nobody knows. */
  readonly outcome?: string;
}

export interface ModelCalls {
  readonly time: SteadyTime;
  /** Of the last day, the oldest first. */
  readonly calls: readonly ModelCall[];
  /** Calls in a row that came to nothing, and when the last one was made. */
  readonly failures: number;
  readonly lastFailure: number;
}

/** What may be asked of a model. */
export interface ModelLimits {
  readonly callsPerDay: number;
  readonly tokensPerDay: number;
  /** At most: prompt and answer together. */
  readonly tokensPerCall: number;
  /** Failures in a row after which nobody asks for a while. */
  readonly breakerFailures: number;
  readonly breakerSeconds: number;
}

const day = 86_400_000;

/** What a call's record and its answer's record are called alike. */
export const modelCallId = (firstRunId: string, step: string) => `cycle/${firstRunId}/model/${step}`;
export const modelAnswerId = (callId: string) => `${callId}/answer`;

const numberIn = (value: unknown): number | undefined => (typeof value === 'number' && value >= 0 ? value : undefined);

/** Nobody was asked, so it says nothing about the model. */
const isFailure = (outcome: string) => outcome !== 'answered' && outcome !== 'no_provider';

function settled(call: ModelCall, { outcome, tokens }: AuditRecord): ModelCall {
  return { ...call, tokens: numberIn(tokens) ?? call.tokens, outcome: String(outcome) };
}

/** Of the mission log. What was spent is counted by what was written down before it was (spec T3): no worker's memory, no word of a model. */
export function createModelCalls(): Projection<ModelCalls> {
  let time = noTimeYet;
  let calls: readonly ModelCall[] = [];
  let failures = 0;
  let lastFailure = Number.NEGATIVE_INFINITY;
  return {
    apply(record) {
      const { event_type: type, id, timestamp, tokens_reserved: reserved } = record;
      time = advance(time, Date.parse(timestamp));
      if (type === trailEvent.modelCalled) {
        const kept = calls.filter(({ at }) => time.last - at < day);
        calls = [...kept, { id, at: time.last, tokens: numberIn(reserved) ?? 0 }];
        // Until it is known to have answered it counts as failed: what never comes back is what a breaker is for.
        failures += 1;
        lastFailure = time.last;
      }
      if (type !== trailEvent.modelAnswered) return;
      calls = calls.map((call) => (modelAnswerId(call.id) === id ? settled(call, record) : call));
      if (!isFailure(String(record.outcome))) failures = record.outcome === 'answered' ? 0 : Math.max(0, failures - 1);
    },
    forget() {
      time = noTimeYet;
      calls = [];
      failures = 0;
      lastFailure = Number.NEGATIVE_INFINITY;
    },
    snapshot: () => ({ time, calls, failures, lastFailure }),
  };
}

/** Why nobody asks a model now; undefined where one may be asked. After its time the breaker lets one call through, and closes with its answer. */
export function whyNotAsked(
  { time, calls, failures, lastFailure }: ModelCalls,
  limits: ModelLimits,
  clock: Date,
): { readonly code: 'budget' | 'breaker_open'; readonly why: string } | undefined {
  const now = steadyAt(time, clock.getTime());
  const today = calls.filter(({ at }) => now - at < day);
  if (today.length >= limits.callsPerDay)
    return { code: 'budget', why: `asked ${today.length} times within a day, at most ${limits.callsPerDay} are allowed` };
  const tokens = today.reduce((sum, call) => sum + call.tokens, 0);
  if (tokens + limits.tokensPerCall > limits.tokensPerDay)
    return { code: 'budget', why: `${tokens} tokens within a day, and ${limits.tokensPerDay} are allowed` };
  const minutes = Math.ceil((lastFailure + limits.breakerSeconds * 1_000 - now) / 60_000);
  return failures >= limits.breakerFailures && minutes > 0
    ? { code: 'breaker_open', why: `failed ${failures} times in a row: asked again in ${minutes} min` }
    : undefined;
}
