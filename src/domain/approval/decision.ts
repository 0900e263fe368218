import { didYouMean } from '../text/did-you-mean.js';
import { parseNamedDigest } from '../text/digest-words.js';

/** What somebody may say about a waiting or unsettled proposal (spec A1). */
export type DecisionKind = 'approve' | 'reject' | 'withdraw' | 'break_glass' | 'preview' | 'extend' | 'cancel' | 'resolve';

/** One well-formed message. Whether it counts is judged later, one message at a time. */
export interface Decision {
  readonly kind: DecisionKind;
  /** Self-asserted until it is signed (spec A3). */
  readonly by: string;
  readonly reason?: string;
  /** At least the first 32 hex digits of the plan's digest; an approval without it is malformed (spec P5). */
  readonly digest?: string;
  readonly proposalId?: string;
  /** `extend`: by how many seconds the deadline moves. */
  readonly extendSeconds?: number;
  /** `resolve`: how it really ended. */
  readonly outcome?: 'completed' | 'failed';
  /** Seconds for which the person had it before them, as their program measured it. */
  readonly consideredSeconds?: number;
  /** When it was said, as their program says (ISO 8601, UTC): a worker that is away reads it later. A signed statement says it itself. */
  readonly saidAt?: string;
  /** A signed decision (spec A3): the statement, and an SSH signature over it, armoured. */
  readonly statement?: string;
  readonly signature?: string;
}

/** A message that is not a decision: kept with its reason, and never obeyed. `message`: nothing is called as it was. */
export interface MalformedMessage {
  readonly kind: MessageKind;
  readonly malformed: string;
}

export const decisionKinds: readonly DecisionKind[] = [
  'approve',
  'reject',
  'withdraw',
  'break_glass',
  'preview',
  'extend',
  'cancel',
  'resolve',
];
/** The same, and what was sent under a name that is none of these. */
export const messageKinds = [...decisionKinds, 'message'] as const;
export type MessageKind = (typeof messageKinds)[number];
/** Kinds that name the plan which they are about. */
const needDigest: readonly DecisionKind[] = ['approve', 'break_glass'];
const needReason: readonly DecisionKind[] = ['reject', 'break_glass', 'resolve'];
export const extensionSecondsMax = 7 * 86_400;
const textMax = 2_000;

/** Seconds in "90s", "30m", "12h", "2d"; undefined where it is not one of these, or not positive. */
export function parseDuration(text: string): number | undefined {
  const match = /^(\d{1,6})(s|m|h|d)$/.exec(text.trim());
  const unit = { s: 1, m: 60, h: 3_600, d: 86_400 }[match?.[2] ?? ''];
  const seconds = Number(match?.[1]) * (unit ?? Number.NaN);
  return seconds > 0 ? seconds : undefined;
}

type Fields = Readonly<Record<string, unknown>>;

/** Who "sends" a cancellation that came from Temporal itself: whoever may cancel there could terminate as well. No message bears this name. */
export const temporalCancel = 'temporal workflow cancel';

function badText(fields: Fields, name: string, required: boolean): string | undefined {
  const value = fields[name];
  if (value === undefined) return required ? `${name} is missing` : undefined;
  if (typeof value !== 'string') return `${name} is not a text`;
  if (value.trim() === '') return `${name} is empty`;
  if (!value.isWellFormed()) return `${name} holds a lone surrogate, which is no text`;
  if (value.length > (name === 'signature' || name === 'statement' ? 8_000 : textMax)) return `${name} is too long`;
  return undefined;
}

const texts = ['by', 'reason', 'digest', 'proposal_id', 'extend', 'outcome', 'said_at', 'statement', 'signature'];
const known = [...texts, 'considered_seconds'];

const utcTime = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,3})?Z$/;

/** Longer than any deadline: nobody looks at one page for so long. */
const consideredSecondsMax = 40 * 86_400;

function problemOf(kind: DecisionKind, fields: Fields): string | undefined {
  const unknown = Object.keys(fields).find((name) => !known.includes(name));
  if (unknown !== undefined) return `unknown key ${JSON.stringify(unknown.slice(0, 40))}; known are ${known.join(', ')}`;
  for (const name of texts) {
    const required = name === 'by' || (name === 'digest' && needDigest.includes(kind)) || (name === 'reason' && needReason.includes(kind));
    const bad = badText(fields, name, required);
    if (bad !== undefined) return bad;
  }
  if (fields['by'] === temporalCancel) return `by is ${JSON.stringify(temporalCancel)}, which no person is called`;
  const { digest, extend, outcome, said_at: saidAt } = fields as Readonly<Record<string, string | undefined>>;
  if (saidAt !== undefined && !(utcTime.test(saidAt) && !Number.isNaN(Date.parse(saidAt))))
    return 'said_at is not a UTC time such as 2026-01-31T12:00:00Z';
  if (digest !== undefined && parseNamedDigest(digest) === undefined)
    return 'digest is neither 32 to 64 hex digits nor the first eight words or more';
  const seconds = extend === undefined ? undefined : parseDuration(extend);
  if (kind === 'extend' && (seconds === undefined || seconds > extensionSecondsMax))
    return 'extend is not a duration such as "12h" of at most 7d';
  if (kind === 'resolve' && outcome !== 'completed' && outcome !== 'failed') return 'outcome is neither "completed" nor "failed"';
  if ((fields['statement'] === undefined) !== (fields['signature'] === undefined)) return 'statement and signature go together';
  const { considered_seconds: considered } = fields;
  if (considered !== undefined && !(typeof considered === 'number' && considered >= 0 && considered <= consideredSecondsMax))
    return 'considered_seconds is not a number of seconds';
  return undefined;
}

/**
 * Reads one message of unknown shape, as the web UI, the `temporal` CLI or anybody may send it. Never throws.
 * Silence is not consent: what is not understood entirely is malformed, whatever it seems to mean.
 */
export function parseDecision(kind: DecisionKind, payload: unknown): Decision | MalformedMessage {
  if (typeof payload !== 'object' || payload === null || Array.isArray(payload)) {
    return {
      kind,
      malformed: `expected one JSON object, found ${payload === null ? 'null' : Array.isArray(payload) ? 'a list' : typeof payload}`,
    };
  }
  const fields = payload as Fields;
  const malformed = problemOf(kind, fields);
  if (malformed !== undefined) return { kind, malformed };
  const { by, reason, digest, proposal_id, extend, outcome, said_at, statement, signature } = fields as Readonly<
    Record<string, string | undefined>
  >;
  return {
    kind,
    by: by ?? '',
    ...(reason !== undefined && { reason }),
    ...(digest !== undefined && { digest: parseNamedDigest(digest) ?? digest }),
    ...(proposal_id !== undefined && { proposalId: proposal_id }),
    ...(extend !== undefined && { extendSeconds: parseDuration(extend) ?? 0 }),
    ...((outcome === 'completed' || outcome === 'failed') && { outcome }),
    ...(typeof fields['considered_seconds'] === 'number' && { consideredSeconds: fields['considered_seconds'] }),
    ...(said_at !== undefined && { saidAt: said_at }),
    ...(statement !== undefined && { statement }),
    ...(signature !== undefined && { signature }),
  };
}

/** Everything that a decision is judged against; all of it was fixed at review. */
export interface DecisionContext {
  readonly proposalId: string;
  readonly digest: string;
  /** Seconds by which the deadline has been moved so far. */
  readonly extendedSeconds: number;
}

/** Stable codes: they are recorded and shown. */
export type DecisionCode =
  | 'ACCEPTED'
  | 'MALFORMED'
  | 'UNKNOWN_NAME'
  | 'WRONG_PROPOSAL'
  | 'DIGEST_MISMATCH'
  | 'EXTENSION_LIMIT'
  | 'LATE'
  | 'NOT_WAITING'
  | 'NOT_AUTHORISED'
  | 'SELF_APPROVAL'
  | 'NOTHING_TO_WITHDRAW'
  | 'SIGNATURE_REQUIRED'
  | 'PREVIEW_REFUSED';

/** What was sent under a name that is none of ours counts for nothing, however near it is to one (spec A1). */
export function unknownName(name: string, known: readonly string[]): MalformedMessage {
  const near = didYouMean(name.slice(0, 60).trim().toLowerCase(), known);
  const hint = near === undefined ? `there are ${known.join(', ')}` : `did you mean ${near}?`;
  return { kind: 'message', malformed: `no signal is called ${JSON.stringify(name.slice(0, 60))}; ${hint}` };
}

/** What a message that is no decision came to. */
export function judgeMalformed({ kind, malformed }: MalformedMessage): { readonly code: DecisionCode; readonly why: string } {
  return { code: kind === 'message' ? 'UNKNOWN_NAME' : 'MALFORMED', why: malformed };
}

/** Pure: does this message count for a proposal that waits for its decision? */
export function judgeDecision(
  decision: Decision | MalformedMessage,
  context: DecisionContext,
): { readonly code: DecisionCode; readonly why: string } {
  if ('malformed' in decision) return judgeMalformed(decision);
  if (decision.proposalId !== undefined && decision.proposalId !== context.proposalId) {
    return { code: 'WRONG_PROPOSAL', why: `meant for ${decision.proposalId.slice(0, 40)}` };
  }
  if (decision.digest !== undefined && !context.digest.startsWith(decision.digest)) {
    return {
      code: 'DIGEST_MISMATCH',
      why: `digest ${decision.digest.slice(0, 8)} was sent, ${context.digest.slice(0, 8)} is what would run`,
    };
  }
  if (decision.kind === 'extend' && context.extendedSeconds + (decision.extendSeconds ?? 0) > extensionSecondsMax) {
    return { code: 'EXTENSION_LIMIT', why: 'a deadline moves by at most 7 days in all' };
  }
  return { code: 'ACCEPTED', why: '' };
}
