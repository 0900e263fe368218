import fc from 'fast-check';
import type { ProposalDocument } from '../../../src/domain/action/proposal.schema.js';
import type { ProposalStatus } from '../../../src/domain/action/status.js';
import type { Bench, ProposalHandle } from './bench.js';
import { undoable } from './people.js';

/** What may happen to a proposal, in any order. */
export const happenings = [
  'approve',
  'approve again',
  'approve another digest',
  'reject',
  'reject without a reason',
  'cancel',
  "cancel by Temporal's own",
  'extend',
  'nonsense',
  'restart the brain',
  'an hour passes',
  'a day passes',
  'the action ends',
] as const;
export type Happening = (typeof happenings)[number];

export interface Walk {
  readonly script: 'exit 0' | 'exit 1' | 'crash' | 'wait';
  readonly rollback: 'none' | 'works' | 'fails';
  readonly steps: readonly Happening[];
}

export const walks: fc.Arbitrary<Walk> = fc.record({
  script: fc.constantFrom('exit 0', 'exit 1', 'crash', 'wait'),
  rollback: fc.constantFrom('none', 'works', 'fails'),
  steps: fc.array(fc.constantFrom(...happenings), { minLength: 1, maxLength: 8 }),
});

export function documentOf(bench: Bench, { script, rollback }: Walk): ProposalDocument {
  return bench.document(script, rollback === 'none' ? {} : undoable(rollback === 'works' ? 'exit 0' : 'exit 1'));
}

/** What the proposal should be doing, as simply as it can be said. */
export interface Model {
  readonly walk: Walk;
  state: 'waits' | 'runs' | 'over' | 'unsettled';
  /** How it has to end, once that is certain. */
  end: ProposalStatus | undefined;
  approved: boolean;
  hoursLeft: number;
}

export function freshModel(walk: Walk): Model {
  return { walk, state: 'waits', end: undefined, approved: false, hoursLeft: 24 };
}

function finish(model: Model, end: ProposalStatus): void {
  Object.assign(model, { state: 'over', end });
}

/** Where something ran and did not succeed. */
function failed(model: Model, otherwise: ProposalStatus): void {
  const { rollback } = model.walk;
  finish(model, rollback === 'none' ? otherwise : rollback === 'works' ? 'rolled_back' : 'rollback_failed');
}

function approved(model: Model): void {
  const { script, rollback } = model.walk;
  model.approved = true;
  if (script === 'exit 0') finish(model, 'completed');
  else if (script === 'exit 1') failed(model, 'failed');
  else if (script === 'wait') model.state = 'runs';
  else if (rollback === 'none') model.state = 'unsettled';
  else failed(model, 'indeterminate');
}

/** What a happening means. Whatever comes after the decision changes nothing, but a cancellation while it runs. */
export function foresee(model: Model, happening: Happening): void {
  const waits = model.state === 'waits';
  if (happening === 'approve' && waits) approved(model);
  else if (happening === 'reject' && waits) finish(model, 'rejected');
  else if (happening === 'extend' && waits) model.hoursLeft += 24;
  else if (happening === 'cancel' || happening === "cancel by Temporal's own") {
    if (waits) finish(model, 'cancelled');
    else if (model.state === 'runs') failed(model, 'cancelled');
  } else if (happening === 'the action ends' && model.state === 'runs') finish(model, 'completed');
  else if (happening === 'an hour passes' || happening === 'a day passes') {
    model.hoursLeft -= happening === 'an hour passes' ? 1 : 24;
    if (waits && model.hoursLeft <= 0) finish(model, 'expired');
  }
}

const hour = 3_600_000;

/** Makes it happen. Time stands still while something runs: heartbeats are real. Whoever comes after the end finds nobody. */
export async function happen(bench: Bench, handle: ProposalHandle, model: Model, happening: Happening): Promise<void> {
  const digest = await bench.digest(handle.workflowId);
  const signal = (name: string, message: unknown) => handle.signal(name, message).catch(() => undefined);
  switch (happening) {
    case 'approve':
      return signal('approve', { by: 'approver', digest });
    case 'approve again':
      return model.approved ? signal('approve', { by: 'approver', digest }) : undefined;
    case 'approve another digest':
      return signal('approve', { by: 'approver', digest: digest.replace(/^./, (first) => (first === 'f' ? '0' : 'f')) });
    case 'reject':
      return signal('reject', { by: 'second approver', reason: 'no' });
    case 'reject without a reason':
      return signal('reject', { by: 'second approver' });
    case 'cancel':
      return signal('cancel', { by: 'approver' });
    case "cancel by Temporal's own":
      await handle.cancel().catch(() => undefined);
      return undefined;
    case 'extend':
      return signal('extend', { by: 'approver', extend: '24h' });
    case 'nonsense':
      return signal('approve', ['yes', true]);
    case 'restart the brain':
      return bench.restartBrain();
    case 'an hour passes':
      return bench.server.environment.sleep(hour);
    case 'a day passes':
      return bench.server.environment.sleep(24 * hour);
    case 'the action ends':
      return bench.sandbox.release(handle.workflowId);
  }
}
