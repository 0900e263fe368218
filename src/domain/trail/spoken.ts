import type { Decision } from '../approval/decision.js';
import { personOf } from '../approval/rules.js';
import { parseStatement } from '../approval/statement.js';
import type { Word } from '../approval/word.js';
import { wordOf } from '../approval/word.js';
import { endIn, glassEvents, trailEvent } from './events.js';
import type { Projection } from './projection.js';
import type { AuditRecord } from './records.js';

/** What people said of one proposal, in whatever run of it: a reset makes a run forget, and the trail does not. */
interface Words {
  /** By person: when they last took an approval back, in milliseconds; by their own clock where they signed that. */
  readonly takenBack: Map<string, number>;
  /** Whatever was said before does not count: the digest changed, or an emergency stop was lifted. Milliseconds. */
  voidBefore: number;
  /** Nonce -> who spent it on what. */
  readonly spent: Map<string, string>;
}

/** By the workflow that they were said to; only of those that have not ended. */
export type SpokenWords = ReadonlyMap<string, Words>;

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');
const useOf = (kind: string, by: string) => `${kind} by ${personOf(by)}`;

const kinds: ReadonlyMap<string, Decision['kind']> = new Map([
  [trailEvent.approvalGiven, 'approve'],
  [trailEvent.approvalWithdrawn, 'withdraw'],
  [trailEvent.deadlineExtended, 'extend'],
]);

const glassVerdicts: ReadonlySet<string> = new Set(Object.values(glassEvents));

function takeBallot(words: Words, record: AuditRecord): void {
  const by = textOf(record.by);
  const kind = kinds.get(record.event_type);
  if (kind === 'withdraw' && by === '') words.voidBefore = Math.max(words.voidBefore, Date.parse(record.timestamp));
  if (kind === undefined || by === '') return;
  const { takenBack, spent } = words;
  const nonce = textOf(record.nonce);
  if (nonce !== '') spent.set(nonce, useOf(kind, by));
  if (kind !== 'withdraw') return;
  const at = Date.parse(textOf(record.said_at) || textOf(record.received_at) || record.timestamp);
  takenBack.set(personOf(by), Math.max(at, takenBack.get(personOf(by)) ?? 0));
}

function takeApproval({ spent }: Words, { signatures }: AuditRecord): void {
  for (const each of Array.isArray(signatures) ? (signatures as readonly unknown[]) : []) {
    const statement = parseStatement((each as { statement?: unknown } | null)?.statement);
    if (!('malformed' in statement)) spent.set(statement.nonce, useOf(statement.decision, statement.signer));
  }
}

/** Of the proposals log. */
export function createSpoken(): Projection<SpokenWords> {
  const all = new Map<string, Words>();
  const wordsOf = (id: string): Words => {
    const words = all.get(id) ?? { takenBack: new Map<string, number>(), spent: new Map<string, string>(), voidBefore: 0 };
    all.set(id, words);
    return words;
  };
  return {
    apply(record) {
      const { action_id: id, event_type: type } = record;
      if (id === undefined) return;
      if (kinds.has(type)) takeBallot(wordsOf(id), record);
      else if (type === trailEvent.actionApproved) takeApproval(wordsOf(id), record);
      // What has ended starts nothing any more, whatever anybody says of it.
      else if (endIn(type) !== undefined) all.delete(id);
      else if (glassVerdicts.has(type)) all.delete(`${id}-review`);
    },
    forget: () => all.clear(),
    snapshot: () => all,
  };
}

type Said = Word & Pick<Decision, 'kind' | 'by'>;

/** Why this word counts no longer, or never did, by what any run of its proposal wrote down; undefined where it does. */
export function objectionIn(
  spoken: SpokenWords,
  workflowId: string,
  word: Said,
): { readonly code: 'TAKEN_BACK' | 'REPLAYED'; readonly why: string } | undefined {
  const words = spoken.get(workflowId);
  if (words === undefined) return undefined;
  const { nonce, saidAt } = wordOf(word);
  const use = nonce === undefined ? undefined : words.spent.get(nonce);
  if (use !== undefined && use !== useOf(word.kind, word.by)) return { code: 'REPLAYED', why: `its nonce was spent: ${use}` };
  if (word.kind !== 'approve' && word.kind !== 'break_glass') return undefined;
  const withdrawn = Math.max(words.takenBack.get(personOf(word.by)) ?? 0, words.voidBefore);
  if (withdrawn === 0) return undefined;
  // One clock tells both where both were signed. What is unsigned is compared by when it was read: several may be read in one moment.
  const isBefore = word.statement === undefined ? Date.parse(word.receivedAt ?? '') < withdrawn : Date.parse(saidAt ?? '') <= withdrawn;
  return isBefore
    ? { code: 'TAKEN_BACK', why: `it was taken back at ${new Date(withdrawn).toISOString()}, after it was given: approve it anew` }
    : undefined;
}
