import type { Completion, Decided, KeptDecisions, RanAlone } from '../../modes/evidence.js';
import { keptUntil } from '../../modes/kept.js';
import { canonicalJson } from '../../text/canonical.js';
import { trailEvent } from '../events.js';
import type { Projection } from '../projection.js';
import type { AuditRecord } from '../records.js';

/** What the brain signs of a checkpoint: these of its keys, as canonical JSON. */
const signedKeys: ReadonlySet<string> = new Set(['mode', 'of', 'settings', 'recommenders', 'figures', 'rests_on', 'decisions']);

export const checkpointText = (record: object): string =>
  canonicalJson(Object.fromEntries(Object.entries(record).filter(([key]) => signedKeys.has(key))));

const isCount = (value: unknown): value is number => typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
const isText = (value: unknown): value is string => typeof value === 'string' && value !== '';
const fieldsOf = (value: unknown) => (typeof value === 'object' && value !== null ? value : {}) as Readonly<Record<string, unknown>>;

/** Every entry, or undefined where one of them is none, or of another part of the log. */
function entriesIn<T>(
  value: unknown,
  isHere: (seq: number) => boolean,
  read: (fields: Readonly<Record<string, unknown>>) => T | undefined,
) {
  if (!Array.isArray(value)) return undefined;
  const entries = (value as readonly unknown[]).map((each) => {
    const fields = fieldsOf(each);
    return isCount(fields['at']) && isCount(fields['seq']) && isHere(fields['seq']) ? read(fields) : undefined;
  });
  return entries.every((each) => each !== undefined) ? entries : undefined;
}

type Stamped = { readonly at: number; readonly seq: number };
const stampOf = ({ at, seq }: Readonly<Record<string, unknown>>): Stamped => ({ at: at as number, seq: seq as number });

function decidedIn(fields: Readonly<Record<string, unknown>>): Decided | undefined {
  const { id, outcome, is_claim: isClaim } = fields;
  const isOutcome = outcome === 'approved' || outcome === 'rejected' || outcome === 'expired';
  return isText(id) && isOutcome ? { id, ...stampOf(fields), outcome, ...(isClaim === true && { isClaim }) } : undefined;
}

function aloneIn(fields: Readonly<Record<string, unknown>>): (RanAlone & { readonly id: string }) | undefined {
  const { id, mode, action_type: actionType } = fields;
  return isText(id) && typeof mode === 'string' && typeof actionType === 'string'
    ? { id, ...stampOf(fields), mode, actionType }
    : undefined;
}

/** What a checkpoint keeps, where it goes on behind `through`; undefined where it does not, or cannot be read entirely. */
function keptIn(record: AuditRecord, through: number): KeptDecisions | undefined {
  const { after, until, ...lists } = fieldsOf(record.decisions);
  const { seq: rested } = fieldsOf(fieldsOf(record.rests_on)['proposals']);
  if (after !== through || !Number.isSafeInteger(until) || (until as number) < through) return undefined;
  if (!Number.isSafeInteger(rested) || (rested as number) < (until as number)) return undefined;
  const isHere = (seq: number) => seq > through && seq <= (until as number);
  const decided = entriesIn(lists['decided'], isHere, decidedIn);
  const alone = entriesIn(lists['alone'], isHere, aloneIn);
  const completions = entriesIn<Completion>(lists['completions'], isHere, stampOf);
  if (decided === undefined || alone === undefined || completions === undefined) return undefined;
  const signature = typeof record.signature === 'string' ? record.signature : '';
  return { after, until: until as number, decided, alone, completions, text: checkpointText(record), signature };
}

/** Of the mission log: what checkpoints keep of the proposals log, each going on where the one before it ended. */
export function createKept(): Projection<readonly KeptDecisions[]> {
  let kept: KeptDecisions[] = [];
  return {
    apply(record) {
      if (record.event_type !== trailEvent.modeCheckpoint) return;
      const found = keptIn(record, keptUntil(kept));
      if (found !== undefined) kept = [...kept, found];
    },
    forget: () => (kept = []),
    snapshot: () => kept,
  };
}
