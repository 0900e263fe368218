import type { Completion, Decided, DecidedTrail, Position, RanAlone, Stray } from '../../modes/evidence.js';
import { endIn, trailEvent } from '../events.js';
import type { Projection } from '../projection.js';
import type { AuditRecord } from '../records.js';

/** Before the first record. */
export const nowhere: Position = { seq: -1, prev: '' };

const isText = (value: unknown): value is string => typeof value === 'string' && value !== '';

/**
 * Of the proposals log: what people decided about what the vessel itself proposed, and what ran without them. What a person proposed says nothing
 * about the vessel, and an approval that nobody signed could be anybody's. Times never go back: what is decided under a clock that was set back
 * must not fall out of a window.
 */
export function createDecided(): Projection<DecidedTrail> {
  /** Proposed here and not over yet; by the vessel itself or by others. */
  const own = new Set<string>();
  const known = new Set<string>();
  const alone = new Map<string, RanAlone>();
  /** In the order in which it was said. */
  const decided = new Map<string, Decided>();
  const strays = new Map<string, Stray>();
  let completions: Completion[] = [];
  let position = nowhere;
  let firstSeq: number | undefined;
  let clock = Number.NEGATIVE_INFINITY;

  const isStray = (id: string) => (firstSeq ?? 0) > 0 && !known.has(id);
  const take = (id: string, outcome: Decided['outcome'], seq: number, isClaim = false) => {
    const into: Map<string, Stray> | Map<string, Decided> = own.has(id) ? decided : strays;
    into.delete(id);
    into.set(id, { id, at: clock, seq, outcome, ...(isClaim && { isClaim }) });
  };
  const takeApproval = (record: AuditRecord, id: string) => {
    const { seq, assurance } = record;
    if (assurance === 'mode') {
      const [mode = ''] = Array.isArray(record.approved_by) ? (record.approved_by as readonly unknown[]) : [];
      if (!alone.has(id))
        alone.set(id, { at: clock, mode: String(mode).replace('mode:', ''), actionType: String(record.action_type), seq });
    } else if ((own.has(id) || isStray(id)) && (assurance === 'signed' || assurance === 'partly_signed') && record.id === `${id}/approved`)
      take(id, 'approved', seq);
  };
  const takeOutcome = ({ seq, decided_by: by, timed_out: isOver, assurance }: AuditRecord, id: string, end: string) => {
    if (end === 'rejected' && isText(by) && isOver !== true) take(id, 'rejected', seq, assurance !== 'signed');
    else if ((end === 'expired' || isOver === true) && !decided.has(id) && !strays.has(id)) take(id, 'expired', seq);
  };
  const takeEnd = (record: AuditRecord, id: string) => {
    const { seq, event_type: type } = record;
    const end = endIn(type);
    if (end === undefined) return;
    if (type === trailEvent.actionCompleted) completions.push({ at: clock, seq });
    if (own.has(id) || isStray(id)) {
      if (record.dry_run !== true) takeOutcome(record, id, end);
      else if (own.has(id)) decided.delete(id);
      else strays.set(id, { id, at: clock, seq, outcome: 'dry_run' });
    }
    own.delete(id);
    known.add(id);
  };
  return {
    apply(record) {
      const { action_id: id, event_type: type, seq, prev, timestamp } = record;
      position = { seq, prev };
      firstSeq ??= seq;
      const at = Date.parse(timestamp);
      if (at > clock) clock = at;
      if (id === undefined) return;
      if (type === trailEvent.actionProposed) known.add(id);
      if (type === trailEvent.actionProposed && record.proposer_assurance === 'brain') own.add(id);
      if (type === trailEvent.actionApproved) takeApproval(record, id);
      takeEnd(record, id);
    },
    forget() {
      for (const each of [own, known, alone, decided, strays]) each.clear();
      [completions, position, firstSeq, clock] = [[], nowhere, undefined, Number.NEGATIVE_INFINITY];
    },
    snapshot: () => ({ position, firstSeq, decided: [...decided.values()], strays: [...strays.values()], alone, completions }),
  };
}
