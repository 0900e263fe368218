import { documentDigest } from '../action/digests.js';
import type { ApprovalTerms } from '../approval/terms.js';
import type { Sha256 } from '../text/canonical.js';
import type { AuditRecord } from '../trail/records.js';

/** A signature as a line of the log has it. */
export interface LoggedSignature {
  readonly by: string;
  readonly key: string;
  readonly statement: string;
}

/** One line of the proposals log, as far as histories know about it too. */
export interface LoggedLine {
  readonly seq: number;
  readonly leaf: string;
  /** Name of the file without its folder. */
  readonly file: string;
  /** First line is 1. */
  readonly line: number;
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly id: string;
  /** Workflow id that it is about. */
  readonly about: string;
  readonly event: string;
  readonly summary: string;
  readonly status?: string;
  readonly digest?: string;
  /** Of the proposal as it stands in the line; absent where the line holds none, or too little of it. */
  readonly documentSha256?: string;
  readonly terms?: ApprovalTerms;
  readonly approvedBy?: readonly string[];
  readonly decidedBy?: string;
  readonly assurance?: string;
  readonly breaksGlass?: true;
  /** What a mode consented by, as the line says it; anything may stand there. */
  readonly grant?: Readonly<Record<string, unknown>>;
  readonly signatures?: readonly LoggedSignature[];
  readonly startedAt?: string;
  readonly host?: string;
}

const textOf = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);
const asText = <K extends string>(key: K, value: unknown) => (typeof value === 'string' ? ({ [key]: value } as Record<K, string>) : {});

/** The digest of a value that was too long for its line stands in its place; then there is nothing to compare. */
function documentOf(value: unknown, sha256: Sha256): string | undefined {
  if (typeof value !== 'object' || value === null || 'excerpt' in value) return undefined;
  try {
    return documentDigest(sha256, value);
  } catch {
    return undefined;
  }
}

function signaturesOf(value: unknown): readonly LoggedSignature[] | undefined {
  if (!Array.isArray(value)) return undefined;
  return value.flatMap((each: unknown) => {
    const { by, key, statement } = (each ?? {}) as Record<string, unknown>;
    return typeof by === 'string' && typeof key === 'string' && typeof statement === 'string' ? [{ by, key, statement }] : [];
  });
}

function termsOf(value: unknown): ApprovalTerms | undefined {
  return typeof value === 'object' && value !== null && 'requirement' in value ? (value as ApprovalTerms) : undefined;
}

/** What of a record is compared; the rest of a line of up to 64 KiB is not kept. */
export function toLoggedLine(record: AuditRecord, place: Pick<LoggedLine, 'leaf' | 'file' | 'line'>, sha256: Sha256): LoggedLine {
  const { approved_by: approvedBy, proposal, approval, signatures } = record;
  const documentSha256 = documentOf(proposal, sha256);
  const terms = termsOf(approval);
  const signed = signaturesOf(signatures);
  return {
    ...place,
    seq: record.seq,
    at: Date.parse(textOf(record.timestamp) ?? ''),
    id: record.id,
    about: textOf(record.action_id) ?? '',
    event: textOf(record.event_type) ?? '',
    summary: textOf(record.summary) ?? '',
    ...asText('status', record.status),
    ...asText('digest', record.digest),
    ...(documentSha256 !== undefined && { documentSha256 }),
    ...(terms && { terms }),
    ...(Array.isArray(approvedBy) && { approvedBy: approvedBy.map((name) => textOf(name) ?? '') }),
    ...asText('decidedBy', record.decided_by),
    ...asText('assurance', record.assurance),
    ...(record.break_glass === true && { breaksGlass: true }),
    ...(typeof record.grant === 'object' && record.grant !== null && { grant: record.grant as Readonly<Record<string, unknown>> }),
    ...(signed && { signatures: signed }),
    ...asText('startedAt', record.started_at),
    ...asText('host', record.host),
  };
}
