import { sha256 } from '../adapters/files/sha256.js';
import { canonicalJson } from '../domain/text/canonical.js';
import type { PackedTerms } from '../domain/action/packing.js';
import { unpackTerms } from '../domain/action/packing.js';
import type { HandedOver, RunFacts, StartAttempt } from '../domain/reconcile/run-facts.js';
import type { Fields, Payloads } from './history-values.js';
import { fieldsOf, readPayload, receiptOf, receiptOfPermit, textOf } from './history-values.js';
import { workflowTypes } from '../contract/names.js';

type Id = { toString(): string } | number | null;

/** What of a history event is used here; the rest of the server's own type is of no concern. */
export interface ReceiptEvent {
  readonly eventId?: Id;
  readonly eventTime?: { readonly seconds?: unknown; readonly nanos?: number | null } | null;
  readonly workflowExecutionStartedEventAttributes?: {
    readonly input?: Payloads | null;
    readonly workflowType?: { readonly name?: string | null } | null;
  } | null;
  readonly workflowTaskScheduledEventAttributes?: object | null;
  readonly workflowTaskStartedEventAttributes?: object | null;
  readonly workflowTaskCompletedEventAttributes?: object | null;
  readonly workflowTaskFailedEventAttributes?: object | null;
  readonly workflowTaskTimedOutEventAttributes?: object | null;
  readonly markerRecordedEventAttributes?: { readonly details?: Readonly<Record<string, Payloads>> | null } | null;
  readonly workflowExecutionSignaledEventAttributes?: { readonly signalName?: string | null; readonly input?: Payloads | null } | null;
  readonly workflowExecutionUpdateAcceptedEventAttributes?: {
    readonly acceptedRequest?: { readonly input?: { readonly args?: Payloads | null } | null } | null;
  } | null;
  readonly activityTaskScheduledEventAttributes?: {
    readonly activityType?: { readonly name?: string | null } | null;
    readonly input?: Payloads | null;
  } | null;
  readonly activityTaskCompletedEventAttributes?: { readonly scheduledEventId?: Id; readonly result?: Payloads | null } | null;
  readonly workflowExecutionCompletedEventAttributes?: { readonly result?: Payloads | null } | null;
  readonly workflowExecutionTerminatedEventAttributes?: object | null;
  readonly workflowExecutionTimedOutEventAttributes?: object | null;
  readonly workflowExecutionFailedEventAttributes?: object | null;
  readonly workflowExecutionCanceledEventAttributes?: object | null;
}

const timeOf = ({ eventTime }: ReceiptEvent) => Number(eventTime?.seconds ?? 0) * 1_000;

/** Of a proposal's document, the same for line and history. */
export function documentSha256(document: unknown): string | undefined {
  try {
    return sha256(canonicalJson(document));
  } catch {
    return undefined;
  }
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] extends readonly (infer Item)[] ? Item[] : T[K] };
interface Draft extends Mutable<RunFacts> {
  isBlocked: boolean;
  hasOpenTask: boolean;
  taskStartedAt: number | undefined;
  taskFailed: boolean;
  authorisations: number;
  readonly scheduled: Map<string, Mutable<HandedOver>>;
}

function takeReview(draft: Draft, result: Fields): void {
  const { kind, digest, plan } = result;
  if (kind === 'refused') draft.review = { passed: false };
  if (kind !== 'passed') return;
  const { approval } = fieldsOf(plan);
  const terms = typeof approval === 'object' && approval !== null ? unpackTerms(approval as PackedTerms) : undefined;
  draft.review = { passed: true, ...(typeof digest === 'string' && { digest }), ...(terms !== undefined && { terms }) };
}

function takeAttempt(draft: Draft, result: Fields): void {
  draft.authorisations += 1;
  const receipt = result['kind'] === 'authorised' ? receiptOfPermit(result['permit']) : undefined;
  const attempt: StartAttempt = { attempt: draft.authorisations, ...(receipt && { receipt }) };
  draft.attempts.push(attempt);
  const by = textOf(fieldsOf(result['byMode'])['by']);
  if (by !== undefined) draft.modes.push(by);
}

function takePreview(draft: Draft, { bound }: Fields): void {
  draft.previews += 1;
  const digest = textOf(fieldsOf(bound)['digest']);
  if (digest !== undefined) draft.boundDigests.push(digest);
}

function takeRollback(draft: Draft, permit: unknown): void {
  const receipt = receiptOfPermit(permit);
  if (receipt !== undefined) draft.furtherPermits.push(receipt);
}

const takers: Readonly<Record<string, (draft: Draft, result: Fields) => void>> = {
  reviewProposal: takeReview,
  authoriseStart: takeAttempt,
  recordPreview: takePreview,
  orderPreview: (draft, { order }) => {
    draft.previewsAsked += 1;
    // A preview that is made again is of the plan without its effect, which can be approved from then on.
    const digest = textOf(fieldsOf(order)['digest']);
    if (digest !== undefined) draft.boundDigests.push(digest);
  },
  recordEvents: (draft, { receipt }) => {
    const held = receiptOf(receipt);
    if (held !== undefined) draft.notes.push(held);
  },
  recordResult: (draft, { kind, ok, rollback }) => {
    if (kind !== 'recorded') return;
    draft.results.push(ok === true);
    takeRollback(draft, rollback);
  },
  recordProbe: (draft, { kind, rollback }) => {
    if (kind !== 'recorded') return;
    draft.probes += 1;
    takeRollback(draft, rollback);
  },
  recordEnd: (draft, { receipt }) => {
    const held = receiptOf(receipt);
    if (held !== undefined) draft.end = held;
  },
  openGlassReview: (draft) => void (draft.openedGlass = true),
  recordGlassReview: (draft, { kind }) => {
    if (kind === 'recorded') draft.reviewedGlass = true;
  },
  verifyDecision: (draft, { code, key }) => {
    if (code === 'ACCEPTED' && typeof key === 'string') draft.verifiedKeys.push(key);
  },
};

function takeMarker(draft: Draft, details: Readonly<Record<string, Payloads>>): void {
  const activity = textOf(fieldsOf(readPayload(details['data']))['activity_type']) ?? '';
  const result = fieldsOf(readPayload(details['result']));
  draft.isBlocked = result['kind'] === 'audit_unavailable';
  if (!draft.isBlocked && Object.hasOwn(takers, activity)) takers[activity]?.(draft, result);
}

function takeMessage(draft: Draft, kind: unknown, message: unknown): void {
  const by = textOf(fieldsOf(message)['by']);
  if (by !== undefined && (kind === 'approve' || kind === 'break_glass')) draft.approvers.push(by);
}

const runs: ReadonlySet<string> = new Set(['executeAction', 'rollBackStep']);
const nothingRan: ReadonlySet<unknown> = new Set(['not_started', 'dry_run', 'other_effect']);

function takeActivity(draft: Draft, event: ReceiptEvent): void {
  const { activityTaskScheduledEventAttributes: scheduled, activityTaskCompletedEventAttributes: completed } = event;
  const activity = scheduled?.activityType?.name ?? '';
  if (scheduled && runs.has(activity)) {
    const receipt = receiptOfPermit(fieldsOf(readPayload(scheduled.input))['permit']);
    const handed: Mutable<HandedOver> = { activity, ran: true, ...(receipt && { receipt }) };
    draft.handedOver.push(handed);
    draft.scheduled.set(String(event.eventId), handed);
  }
  if (completed) {
    const handed = draft.scheduled.get(String(completed.scheduledEventId));
    if (handed !== undefined) handed.ran = !nothingRan.has(fieldsOf(fieldsOf(readPayload(completed.result))['answer'])['state']);
  }
}

function takeEnd(draft: Draft, event: ReceiptEvent): void {
  if (event.workflowExecutionCompletedEventAttributes) {
    draft.state = 'completed';
    const { status, reason, decided_by: decidedBy } = fieldsOf(readPayload(event.workflowExecutionCompletedEventAttributes.result));
    if (typeof status === 'string' && typeof reason === 'string')
      draft.outcome = { status, reason, ...(typeof decidedBy === 'string' && decidedBy !== '' && { decidedBy }) };
  } else if (
    event.workflowExecutionTerminatedEventAttributes ??
    event.workflowExecutionTimedOutEventAttributes ??
    event.workflowExecutionFailedEventAttributes ??
    event.workflowExecutionCanceledEventAttributes
  )
    draft.state = 'outside';
}

/** A task that timed out or failed is tried again, without an event that says so: only a completed one is over. */
function takeTask(draft: Draft, event: ReceiptEvent): void {
  if (event.workflowTaskScheduledEventAttributes) draft.hasOpenTask = true;
  if (event.workflowTaskStartedEventAttributes) draft.taskStartedAt ??= timeOf(event);
  if (event.workflowTaskFailedEventAttributes ?? event.workflowTaskTimedOutEventAttributes)
    draft.taskFailed = draft.taskStartedAt !== undefined;
  if (!event.workflowTaskCompletedEventAttributes) return;
  if (draft.taskFailed) draft.retries.push({ from: draft.taskStartedAt ?? 0, to: timeOf(event) });
  draft.hasOpenTask = false;
  draft.taskFailed = false;
  draft.taskStartedAt = undefined;
}

function take(draft: Draft, event: ReceiptEvent): void {
  const { workflowExecutionStartedEventAttributes: started, workflowExecutionSignaledEventAttributes: signal } = event;
  if (started) {
    draft.kind = started.workflowType?.name === workflowTypes.glassReview ? 'glass_review' : 'proposal';
    draft.startedAt = timeOf(event);
    const digest = draft.kind === 'proposal' ? documentSha256(readPayload(started.input)) : undefined;
    if (digest !== undefined) draft.documentSha256 = digest;
  }
  takeTask(draft, event);
  const { details } = event.markerRecordedEventAttributes ?? {};
  if (details) takeMarker(draft, details);
  if (signal) takeMessage(draft, signal.signalName, readPayload(signal.input));
  const update = event.workflowExecutionUpdateAcceptedEventAttributes?.acceptedRequest?.input?.args;
  if (update) takeMessage(draft, fieldsOf(readPayload(update))['decision'], readPayload(update));
  takeActivity(draft, event);
  takeEnd(draft, event);
}

/** Reads what a history says that the log must say too. Never throws: a history may hold anything. */
export function toRunFacts(workflowId: string, runId: string, events: Iterable<ReceiptEvent>): RunFacts {
  const draft: Draft = {
    ...{ workflowId, runId, kind: 'proposal', state: 'running', startedAt: 0, isUnfinished: false, retries: [] },
    ...{
      boundDigests: [],
      attempts: [],
      results: [],
      furtherPermits: [],
      probes: 0,
      notes: [],
      previews: 0,
      previewsAsked: 0,
      openedGlass: false,
      reviewedGlass: false,
    },
    ...{ approvers: [], modes: [], verifiedKeys: [], handedOver: [] },
    ...{
      isBlocked: false,
      hasOpenTask: false,
      taskStartedAt: undefined,
      taskFailed: false,
      authorisations: 0,
      scheduled: new Map<string, HandedOver>(),
    },
  };
  for (const event of events) take(draft, event);
  const { isBlocked, hasOpenTask, taskStartedAt: _, taskFailed: __, authorisations: ___, scheduled: ____, ...facts } = draft;
  return { ...facts, isUnfinished: isBlocked || hasOpenTask };
}
