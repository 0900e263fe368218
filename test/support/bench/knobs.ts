import type { BeatState, CyclePlan, HandsActivities } from '../../../src/contract/activities.js';
import type { ReviewContext } from '../../../src/domain/constitution.js';

/** What a test may turn while everything runs; looked at anew for every call. */
export interface Knobs {
  approvalSeconds: number;
  onTimeout: 'expired' | 'rejected';
  permitSeconds: number;
  escalateTo: string | undefined;
  /** Where authorised actions go; hands live on `test-host` only. */
  host: string;
  /** Why nothing may start, as the brain sees it and as the hands do. */
  emergencyStop: { brain?: string; hands?: string };
  diskFull: boolean;
  onDiskFull: () => void;
  /** The rules of the moment. */
  rules: Partial<ReviewContext>;
  /** Instead of the real activity of the hands, for this many calls; what is not `retryable` is the last word. */
  handsFail: Partial<Record<keyof HandsActivities, { times: number; readonly retryable: boolean }>>;
  cycle: () => Promise<CyclePlan>;
  beat: ((attempt: number) => Promise<BeatState | undefined>) | undefined;
}

export const vessel = 'janus-test';
export const testHost = 'test-host';

export function freshKnobs(): Knobs {
  return {
    approvalSeconds: 86_400,
    onTimeout: 'expired',
    permitSeconds: 600,
    escalateTo: undefined,
    host: testHost,
    emergencyStop: {},
    diskFull: false,
    onDiskFull: () => {},
    rules: {},
    handsFail: {},
    cycle: () => Promise.resolve({ metrics: {}, proposals: [], skipped: [], idle: 'nothing to think about' }),
    beat: undefined,
  };
}
