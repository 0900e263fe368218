import type { ModelFailureCode } from '../model/answer.js';
import type { BudgetSettings, ModelCall } from '../model/budget.js';
import { breakerState, budgetLeft } from '../model/budget.js';
import { trailEvent } from '../trail/events.js';
import type { Projection } from '../trail/projection.js';
import type { AuditRecord } from '../trail/records.js';
import type { SteadyTime } from '../trail/steady-time.js';
import { advance, noTimeYet, steadyAt } from '../trail/steady-time.js';

/** One time that a model was asked, by the id of its record. */
interface RecordedCall extends ModelCall {
  readonly id: string;
}

export interface ModelCalls {
  readonly time: SteadyTime;
  /** Of the last day, in steady time, the oldest first. */
  readonly calls: readonly RecordedCall[];
}

/** What may be asked of a model. */
export interface ModelLimits extends BudgetSettings {
  /** At most: prompt and answer together. */
  readonly tokensPerCall: number;
  readonly breaker: { readonly failures: number; readonly openHours: number };
}

const day = 86_400_000;

/** What a call's record and its answer's record are called alike. */
export const modelCallId = (firstRunId: string, step: string) => `cycle/${firstRunId}/model/${step}`;
export const modelAnswerId = (callId: string) => `${callId}/answer`;

const numberIn = (value: unknown): number | undefined => (typeof value === 'number' && value >= 0 ? value : undefined);

function settled(call: RecordedCall, { outcome, tokens }: AuditRecord): RecordedCall {
  const known = outcome === 'answered' ? outcome : (String(outcome) as ModelFailureCode);
  return { ...call, settled: { tokens: numberIn(tokens) ?? call.reservedTokens, outcome: known } };
}

/** Of the mission log. What was spent is counted by what was written down before it was (spec T3): no worker's memory, no word of a model. */
export function createModelCalls(): Projection<ModelCalls> {
  let time = noTimeYet;
  let calls: readonly RecordedCall[] = [];
  return {
    apply(record) {
      const { event_type: type, id, timestamp, tokens_reserved: reserved } = record;
      time = advance(time, Date.parse(timestamp));
      if (type === trailEvent.modelCalled) {
        const kept = calls.filter(({ at }) => time.last - at.getTime() < day);
        calls = [...kept, { id, at: new Date(time.last), reservedTokens: numberIn(reserved) ?? 0 }];
      }
      if (type === trailEvent.modelAnswered) calls = calls.map((call) => (modelAnswerId(call.id) === id ? settled(call, record) : call));
    },
    forget() {
      time = noTimeYet;
      calls = [];
    },
    snapshot: () => ({ time, calls }),
  };
}

/** Why nobody asks a model now; undefined where one may be asked. */
export function whyNotAsked(
  { time, calls }: ModelCalls,
  limits: ModelLimits,
  clock: Date,
): { readonly code: 'budget' | 'breaker_open'; readonly why: string } | undefined {
  const now = new Date(steadyAt(time, clock.getTime()));
  const left = budgetLeft(calls, limits, now);
  if (left.calls === 0) return { code: 'budget', why: `asked ${limits.dailyCallsMax} times within a day, as often as is allowed` };
  if (left.tokens < limits.tokensPerCall)
    return {
      code: 'budget',
      why: `${left.tokens} of ${limits.dailyTokensMax} tokens a day are left, and ${limits.tokensPerCall} are needed`,
    };
  const breaker = breakerState(calls, limits.breaker, now);
  if (breaker.state !== 'open') return undefined;
  const minutes = Math.ceil((breaker.until.getTime() - now.getTime()) / 60_000);
  return { code: 'breaker_open', why: `it failed ${limits.breaker.failures} times in a row or more: asked again in ${minutes} min` };
}
