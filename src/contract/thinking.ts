import type { ModelAnswer } from '../domain/model/answer.js';
import type { AuditUnavailable, NotRecorded, Recorded, ScheduledIdentity } from './activities.js';
import type { LookupsIssued } from './lookups.js';
import type { ClosedCode, CyclePlan, Gathered, ModelOutcome, ModelStep, Ticket, Verified, Vouched } from './cycle.js';

export type TicketIssued =
  { readonly kind: 'ticket'; readonly ticket: Ticket } | { readonly kind: 'closed'; readonly code: ClosedCode; readonly why: string };

/** Local activities of the brain, as those in `activities.ts`: what a thinking cycle asks of whoever keeps the trail. */
export interface ThinkingActivities {
  /** Whether the model may be asked now, and with what; what it may cost is on record before (spec T3). Asked again it gives the same ticket. */
  issueTicket(
    request: ScheduledIdentity & { readonly step: ModelStep; readonly gathered: Vouched<Gathered>; readonly plan: Vouched<CyclePlan> },
  ): Promise<TicketIssued | AuditUnavailable>;
  /** Which lookups may be made now; each is on record before (spec T8). Asked again it gives the same tickets. */
  issueLookups(request: ScheduledIdentity & { readonly gathered: Vouched<Gathered> }): Promise<LookupsIssued | AuditUnavailable>;
  /** What became of them. */
  recordLookups(request: ScheduledIdentity & { readonly gathered: Vouched<Gathered> }): Promise<Recorded | NotRecorded>;
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
