import { endIn, trailEvent } from '../trail/events.js';
import type { Projection } from '../trail/projection.js';
import type { AuditRecord } from '../trail/records.js';
import { toSnakeCase } from '../text/visible.js';
import type { Fact } from '../model/context.js';

/** A proposal as the mind remembers it: where it is, in words of ours. What people and agents wrote about it is not here (spec T5). */
interface Remembered {
  readonly proposalId: string;
  readonly actionType: string;
  readonly since: string;
  /** "waits for people until 2026-…", "completed". */
  readonly state: string;
  readonly isOpen: boolean;
}

/** The last ones, the oldest first. */
export type History = readonly Remembered[];

const endedMax = 20;
const openMax = 50;

const timeIn = (value: unknown): string =>
  typeof value === 'string' && !Number.isNaN(Date.parse(value)) ? new Date(value).toISOString() : 'an unknown time';
const countIn = (value: unknown): string => (typeof value === 'string' && /^[\w ,/()]{1,80}$/.test(value) ? value : 'not enough yet');

/** Why it waits, by the last thing that happened to it. */
const states: Readonly<Record<string, (record: AuditRecord) => string>> = {
  [trailEvent.actionProposed]: ({ deadline }) => `waits for people until ${timeIn(deadline)}`,
  [trailEvent.deadlineExtended]: ({ deadline }) => `waits for people until ${timeIn(deadline)}`,
  [trailEvent.approvalGiven]: ({ progress }) => `waits for further people: ${countIn(progress)}`,
  [trailEvent.approvalEscalated]: () => 'waits for people; the next group was asked too',
  [trailEvent.actionApproved]: () => 'was approved and waits for its start',
  [trailEvent.rateLimited]: () => 'was approved and waits: too many of its type were started',
  [trailEvent.actionSuspended]: () => 'is held back: nothing starts under a stop or a pause',
  [trailEvent.startAuthorised]: () => 'runs',
  [trailEvent.actionInterrupted]: () => 'was interrupted and waits for somebody to settle it',
};

/** As catalogue and playbooks call it. What others call their proposals are words of theirs, and none of them reaches a prompt (spec T5). */
const ownTypeIn = ({ proposer_assurance: assurance, action_type: type }: AuditRecord): string | undefined =>
  assurance === 'brain' && typeof type === 'string' ? toSnakeCase(type).slice(0, 64) : undefined;

/** Of the proposals log. */
export function createHistory(): Projection<History> {
  let known = new Map<string, Remembered>();
  const bound = () => {
    const all = [...known.values()];
    const keep = new Set([...all.filter(({ isOpen }) => isOpen).slice(-openMax), ...all.filter(({ isOpen }) => !isOpen).slice(-endedMax)]);
    known = new Map(all.filter((each) => keep.has(each)).map((each) => [each.proposalId, each]));
  };
  return {
    apply(record) {
      const { event_type: type, action_id: proposalId, timestamp } = record;
      if (proposalId === undefined) return;
      const before = known.get(proposalId);
      const named = ownTypeIn(record) ?? before?.actionType ?? 'an action';
      const end = endIn(type);
      const state = end ?? states[type]?.(record);
      if (state === undefined || (before === undefined && type !== trailEvent.actionProposed && end === undefined)) return;
      known.delete(proposalId);
      known.set(proposalId, { proposalId, actionType: named, since: timestamp, state, isOpen: end === undefined });
      bound();
    },
    forget: () => known.clear(),
    snapshot: () => [...known.values()],
  };
}

/** What a model may name as evidence of it: `p:` what is open, `h:` what has ended. */
export const historyFacts = (history: History): Fact[] =>
  history.map(({ proposalId, actionType, since, state, isOpen }) => ({
    id: `${isOpen ? 'p' : 'h'}:${proposalId}`,
    text: `${actionType} ${state}${isOpen ? '' : ` at ${timeIn(since)}`}`,
    trust: 'own',
    source: 'trail',
  }));
