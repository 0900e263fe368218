import type { End } from './events.js';
import { endIn, trailEvent } from './events.js';
import type { AuditRecord } from './records.js';

/** Of what was decided: the risk that was proposed, and the seconds since then; absent where nobody saw it proposed. */
interface SinceProposed {
  readonly risk?: string;
  readonly seconds?: number;
}

/** What one record of the proposals log says happened to its proposal. */
export type ProposalStep =
  | { readonly kind: 'proposed'; readonly risk: string }
  | ({ readonly kind: 'approved'; readonly by: 'person' | 'mode' } & SinceProposed)
  /** `byPerson`: a rejection by somebody's word, not by silence. */
  | ({ readonly kind: 'ended'; readonly end: End; readonly byPerson: boolean } & SinceProposed);

export const textIn = (value: unknown): string | undefined => (typeof value === 'string' && value !== '' ? value : undefined);

/** Of its last record: the result of what went well, the end of all else, and the review of what was refused there. */
function endOf({ event_type: type, id }: AuditRecord): End | undefined {
  const end = endIn(type);
  const isLast =
    id.endsWith('/end') ||
    (end === 'completed' && id.endsWith('/result')) ||
    (end === 'refused' && id.endsWith('/review')) ||
    end === 'outside';
  return isLast ? end : undefined;
}

export const riskIn = ({ risk_level: risk }: AuditRecord): string => textIn(risk) ?? 'unknown';

/** Reads a log record by record; each proposal is remembered from its first record to its last. */
export interface ProposalSteps {
  /** Undefined where nothing of this kind happened. */
  read(record: AuditRecord): ProposalStep | undefined;
  forget(): void;
}

export function createProposalSteps(): ProposalSteps {
  const made = new Map<string, { readonly at: number; readonly risk: string }>();
  const since = (record: AuditRecord): SinceProposed => {
    const proposal = made.get(record.action_id ?? '');
    if (proposal === undefined) return {};
    const at = Date.parse(textIn(record.decided_at) ?? record.timestamp);
    return { risk: proposal.risk, seconds: Math.max(0, (at - proposal.at) / 1_000) };
  };
  const stepOf = (record: AuditRecord): ProposalStep | undefined => {
    const { event_type: type, id } = record;
    if (type === trailEvent.actionProposed) return { kind: 'proposed', risk: riskIn(record) };
    // A proposal that was suspended and goes on is approved once.
    if (type === trailEvent.actionApproved && id.endsWith('/approved'))
      return { kind: 'approved', by: record.assurance === 'mode' ? 'mode' : 'person', ...since(record) };
    const end = endOf(record);
    if (end === undefined) return undefined;
    return { kind: 'ended', end, byPerson: end === 'rejected' && textIn(record.decided_by) !== undefined, ...since(record) };
  };
  return {
    read: (record) => {
      if (record.log !== 'proposals') return undefined;
      const step = stepOf(record);
      const id = record.action_id ?? '';
      if (step?.kind === 'proposed') made.set(id, { at: Date.parse(record.timestamp), risk: step.risk });
      if (step?.kind === 'ended') made.delete(id);
      return step;
    },
    forget: () => made.clear(),
  };
}
