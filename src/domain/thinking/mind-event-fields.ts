import type { ConnectionRecord } from '../action/connection.js';
import type { ModelRoute } from '../model/answer.js';
import type { Dropped } from '../model/candidate.js';
import type { trailEvent } from '../trail/events.js';
import type { Metrics } from './metrics.js';

/** Who asks a model: a step of a cycle, or a person (`by`). */
export interface ModelAsked {
  readonly workflow_id?: string;
  readonly step: string;
  readonly by?: string;
}

/** What the records say that a thinking cycle leaves in the mission log. */
export interface MindEventFields {
  readonly [trailEvent.thinkingCycle]: {
    readonly workflow_id: string;
    readonly started: readonly string[];
    readonly duplicates: readonly string[];
    readonly skipped: readonly { readonly playbookId: string; readonly why: string }[];
    readonly metrics: Metrics;
    /** Playbooks whose trigger held; absent where none was looked at. Streaks are counted by these. */
    readonly matched?: readonly string[];
    readonly context_digest?: string;
    /** `answered`, the code of a failure, or why nobody asked. */
    readonly model?: string;
    /** Of `started` and `duplicates`: those that the model chose. */
    readonly chosen_by_model?: readonly string[];
    readonly dropped?: readonly Pick<Dropped, 'action' | 'code' | 'why'>[];
    /** Missions whose success holds. */
    readonly reached?: readonly string[];
  };
  /** Before the model is asked: what it may cost is spent, whatever becomes of it. */
  readonly [trailEvent.modelCalled]: ModelAsked & {
    readonly context_digest?: string;
    readonly tokens_reserved: number;
  };
  readonly [trailEvent.modelAnswered]: ModelAsked & {
    /** `answered`, or the code of the failure. */
    readonly outcome: string;
    readonly why?: string;
    readonly provider?: string;
    /** `loopback`: on this machine; `egress`: beyond it, by these connections. */
    readonly route?: ModelRoute;
    readonly connections?: readonly ConnectionRecord[];
    readonly model?: string;
    readonly prompt_digest?: string;
    /** What it cost in fact; absent where nobody knows, and then what was reserved stays spent. */
    readonly tokens?: number;
    readonly milliseconds?: number;
    readonly candidates?: number;
  };
}
