import type { Check } from '../approval/statement-fields.js';
import { hex, oneOf, text, time } from '../approval/statement-fields.js';
import { messageKinds } from '../approval/decision.js';
import { trailEvent } from './events.js';
import type { NotedEvent } from './meanings.js';

/*
 * What the workflow of a proposal may have noted. The workflow is ours, its history is the server's: what came back from there may hold anything,
 * so a note has the name and the fields that its event has, and no others.
 */

/** A field that may be missing. */
const optional =
  (check: Check): Check =>
  (value) =>
    value === undefined ? undefined : check(value);
const count: Check = (value) => (Number.isSafeInteger(value) && (value as number) >= 0 ? undefined : 'is not a count');
const seconds: Check = (value) => (typeof value === 'number' && Number.isFinite(value) && value >= 0 ? undefined : 'is not a time');

/** As long as a message may have them, or a workflow may make them. */
const name = text(2_000);
const said = text(4_000, { empty: true });
const notObeyed = { decision: oneOf(...messageKinds), by: name, code: text(64), received_at: time };
const stillWaiting = { status: oneOf('proposed'), digest: hex(64), deadline: time };
const ballot = {
  by: name,
  progress: said,
  assurance: oneOf('signed', 'unsigned'),
  key: optional(text(200)),
  reason: said,
  considered_seconds: optional(seconds),
  received_at: time,
  said_at: optional(time),
  nonce: optional(hex(32)),
};

interface Note {
  /** The last part of its record's id. */
  readonly name: RegExp;
  readonly fields: readonly Readonly<Record<string, Check>>[];
}

const notes: Readonly<Record<NotedEvent, Note>> = {
  [trailEvent.decisionRefused]: { name: /^refused\/\d{1,4}$/, fields: [notObeyed] },
  [trailEvent.decisionLate]: { name: /^refused\/\d{1,4}$/, fields: [notObeyed] },
  [trailEvent.messagesFlooded]: { name: /^flooded$/, fields: [{ messages: count }] },
  [trailEvent.approvalReminder]: { name: new RegExp(`^${trailEvent.approvalReminder}/\\d\\d$`), fields: [stillWaiting] },
  [trailEvent.approvalEscalated]: {
    name: new RegExp(`^${trailEvent.approvalEscalated}/\\d\\d$`),
    fields: [{ ...stillWaiting, group: optional(name) }],
  },
  [trailEvent.deadlineExtended]: {
    name: /^extended\/\d{1,4}$/,
    fields: [{ ...stillWaiting, by: name, reason: said, nonce: optional(hex(32)) }],
  },
  [trailEvent.approvalGiven]: { name: /^counted\/(\d{1,4}|[0-9a-f]{32})$/, fields: [ballot] },
  [trailEvent.approvalWithdrawn]: { name: /^(counted|void|lifted)\/(\d{1,4}|[0-9a-f]{32})$/, fields: [ballot, { digest: hex(64) }] },
  [trailEvent.resultRefused]: { name: /^refused_answer\/\d{1,4}$/, fields: [{ act: text(16) }] },
  [trailEvent.actionSuspended]: { name: /^suspended\/\d{1,4}$/, fields: [{ status: oneOf('suspended') }] },
  [trailEvent.actionInterrupted]: { name: /^interrupted$/, fields: [{ status: oneOf('indeterminate') }] },
};

type Fields = Readonly<Record<string, unknown>>;

function problemOf(fields: Fields, checks: Readonly<Record<string, Check>>): string | undefined {
  const unknown = Object.keys(fields).find((key) => !Object.hasOwn(checks, key));
  if (unknown !== undefined) return `${JSON.stringify(unknown.slice(0, 40))} does not belong into it`;
  for (const [key, check] of Object.entries(checks)) {
    const problem = check(fields[key]);
    if (problem !== undefined) return `${key} ${problem}`;
  }
  return undefined;
}

/** Why this is no note of a proposal; undefined where it is one. Never throws. */
export function noteProblem(note: { readonly name: unknown; readonly eventType: unknown; readonly data: unknown }): string | undefined {
  const { eventType, data } = note;
  if (typeof eventType !== 'string' || !Object.hasOwn(notes, eventType)) return 'no workflow notes such an event';
  const { name: named, fields } = notes[eventType as NotedEvent];
  if (typeof note.name !== 'string' || !named.test(note.name)) return `a note of ${eventType} is not called so`;
  if (typeof data !== 'object' || data === null) return 'it has no fields';
  const problems = fields.map((checks) => problemOf(data as Fields, checks));
  return problems.includes(undefined) ? undefined : problems[0];
}
