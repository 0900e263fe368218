import type { Decided, DecidedTrail, Position } from '../../modes/evidence.js';
import { endIn, trailEvent } from '../events.js';
import type { Projection } from '../projection.js';
import type { AuditRecord } from '../records.js';

type Alone = DecidedTrail['alone'] extends ReadonlyMap<string, infer One> ? One : never;

/** Before the first record. */
export const nowhere: Position = { seq: -1, prev: '' };

const isText = (value: unknown): value is string => typeof value === 'string' && value !== '';

/**
 * Of the proposals log: what people decided about what the vessel itself proposed, and what ran without them. What a person proposed says nothing
 * about the vessel, and an approval that nobody signed could be anybody's. Times never go back: what is decided under a clock that was set back
 * must not fall out of a window.
 */
export function createDecided(): Projection<DecidedTrail> {
  const own = new Set<string>();
  const alone = new Map<string, Alone>();
  /** In the order in which it was said. */
  const decided = new Map<string, Decided>();
  let completions: { readonly at: number; readonly seq: number }[] = [];
  let position = nowhere;
  let clock = Number.NEGATIVE_INFINITY;

  const take = (id: string, outcome: Decided['outcome'], seq: number) => {
    decided.delete(id);
    decided.set(id, { id, at: clock, seq, outcome });
  };
  const takeApproval = (record: AuditRecord, id: string) => {
    const { seq, assurance } = record;
    if (assurance === 'mode') {
      const [mode = ''] = Array.isArray(record.approved_by) ? (record.approved_by as readonly unknown[]) : [];
      if (!alone.has(id))
        alone.set(id, { at: clock, mode: String(mode).replace('mode:', ''), actionType: String(record.action_type), seq });
    } else if (own.has(id) && (assurance === 'signed' || assurance === 'partly_signed') && record.id === `${id}/approved`)
      take(id, 'approved', seq);
  };
  const takeEnd = (record: AuditRecord, id: string) => {
    const { seq, event_type: type } = record;
    const end = endIn(type);
    if (end === undefined) return;
    if (type === trailEvent.actionCompleted) completions.push({ at: clock, seq });
    if (own.has(id)) {
      if (record.dry_run === true) decided.delete(id);
      else if (end === 'rejected' && isText(record.decided_by) && record.timed_out !== true) take(id, 'rejected', seq);
      else if ((end === 'expired' || record.timed_out === true) && !decided.has(id)) take(id, 'expired', seq);
    }
    own.delete(id);
  };
  return {
    apply(record) {
      const { action_id: id, event_type: type, seq, prev, timestamp } = record;
      position = { seq, prev };
      const at = Date.parse(timestamp);
      if (at > clock) clock = at;
      if (id === undefined) return;
      if (type === trailEvent.actionProposed && record.proposer_assurance === 'brain') own.add(id);
      if (type === trailEvent.actionApproved) takeApproval(record, id);
      takeEnd(record, id);
    },
    forget() {
      own.clear();
      alone.clear();
      decided.clear();
      [completions, position, clock] = [[], nowhere, Number.NEGATIVE_INFINITY];
    },
    snapshot: () => ({ position, decided: [...decided.values()], alone, completions }),
  };
}
