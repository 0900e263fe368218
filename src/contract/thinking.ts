import type { ModelAnswer } from '../domain/model/answer.js';
import type { AuditUnavailable, NotRecorded, Recorded, ScheduledIdentity } from './activities.js';
import type { ClosedCode, CyclePlan, Gathered, ModelOutcome, ModelStep, Ticket, Verified, Vouched } from './cycle.js';

export type TicketIssued =
  { readonly kind: 'ticket'; readonly ticket: Ticket } | { readonly kind: 'closed'; readonly code: ClosedCode; readonly why: string };

/** Local activities of the brain, as those in `activities.ts`: what a thinking cycle asks of whoever keeps the trail. */
export interface ThinkingActivities {
  /** Whether the model may be asked now, and with what; what it may cost is on record before (spec T3). Asked again it gives the same ticket. */
  issueTicket(
    request: ScheduledIdentity & { readonly step: ModelStep; readonly gathered: Vouched<Gathered>; readonly plan: Vouched<CyclePlan> },
  ): Promise<TicketIssued | AuditUnavailable>;
  /** What became of it, and what it cost. */
  recordAnswer(
    request: ScheduledIdentity & { readonly step: ModelStep; readonly answer: Vouched<ModelAnswer> },
  ): Promise<Recorded | NotRecorded>;
  /** Into the mission log, once for each run. `started`: which of the planned proposals are new. */
  recordCycle(
    request: ScheduledIdentity & {
      readonly gathered: Vouched<Gathered>;
      readonly plan: Vouched<CyclePlan>;
      readonly verified: readonly Vouched<Verified>[];
      readonly model?: ModelOutcome;
      readonly started: readonly string[];
    },
  ): Promise<Recorded | NotRecorded>;
}
