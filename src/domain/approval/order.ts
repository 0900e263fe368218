import type { Check, Fields, MalformedStatement } from './statement-fields.js';
import { oneOf, parseFields, text, time, hex } from './statement-fields.js';
import { canonicalJson } from '../text/canonical.js';
import type { StatementProblem } from './statement.js';
import { ahead, differs } from './statement.js';

/**
 * What people order of the vessel itself (spec G2, K1). `resume` ends one stop or one pause; `limit` and `hold` bound how many actions start, and
 * `release` takes that back. `authorise`, `recommend` and `restore` are about the mode (spec T7), `flag` objects to what ran without a person. Three are about
 * the security policy (spec C7), and the last lets the vessel go on from a backup that was put back (spec D3).
 */
export type OrderKind = (typeof orderKinds)[number];
export const orderKinds = [
  'resume',
  'limit',
  'hold',
  'release',
  'authorise',
  'recommend',
  'restore',
  'flag',
  'propose_policy',
  'recommend_policy',
  'adopt_policy',
  'acknowledge_restore',
] as const;

/** One well-formed message to the vessel. Whether it counts is judged later. */
export interface Order {
  readonly kind: OrderKind;
  /** Self-asserted until it is signed. */
  readonly by: string;
  readonly reason: string;
  /** What it is about, as that stands now: the id of a stop, of a pause, or of the order before; the digest of a policy. Without it nothing is loosened. */
  readonly of?: string;
  /** `limit`, and only there: how many actions run at once at most. */
  readonly limit?: number;
  /** `authorise`, and only there: the mode that begins. */
  readonly mode?: 'beta' | 'omega';
  /** `recommend` and `recommend_policy`, and only there: whether the next mode shall begin, the policy be adopted. */
  readonly verdict?: 'yes' | 'no';
  /** A signed order: the statement, and an SSH signature over it, armoured. */
  readonly statement?: string;
  readonly signature?: string;
}

/** About what runs without a person (spec T7): nobody who orders it waits for the hands. */
export type ModeOrder = Order & { readonly kind: 'authorise' | 'recommend' | 'restore' | 'flag' };
const modeKinds: ReadonlySet<string> = new Set<ModeOrder['kind']>(['authorise', 'recommend', 'restore', 'flag']);
export const isAboutMode = (order: Order): order is ModeOrder => modeKinds.has(order.kind);

/** About the security policy (spec C7): hands are told nothing of it either. */
export type PolicyOrder = Order & { readonly kind: 'propose_policy' | 'recommend_policy' | 'adopt_policy' };
const policyKinds: ReadonlySet<string> = new Set<PolicyOrder['kind']>(['propose_policy', 'recommend_policy', 'adopt_policy']);
export const isAboutPolicy = (order: Order): order is PolicyOrder => policyKinds.has(order.kind);

/** What hands are told of: what they have to keep to from then on, and what may change the mode that they go by. */
export const areHandsTold = (kind: OrderKind): boolean => kind !== 'recommend' && !policyKinds.has(kind);

/** What hands have to keep to from then on: whoever orders it waits for their word. */
export const areHandsAwaited = (kind: OrderKind): boolean =>
  !modeKinds.has(kind) && !policyKinds.has(kind) && kind !== 'acknowledge_restore';

/** A message that is no order: kept with its reason, and never obeyed. */
export interface MalformedOrder {
  readonly malformed: string;
}

/**
 * What is signed for an order, as canonical JSON (RFC 8785). It names what stands now, which no other stop or order is ever called, so that it is
 * worth nothing afterwards.
 */
export interface OrderStatement {
  readonly type: 'janus.order.v1';
  readonly vessel: string;
  readonly namespace: string;
  readonly order: OrderKind;
  /** Empty where it is about nothing that stands. */
  readonly of: string;
  readonly reason: string;
  /** The principal in allowed_signers, which is the name in the groups. */
  readonly signer: string;
  readonly issued_at: string;
  readonly expires_at: string;
  /** 32 hex digits. */
  readonly nonce: string;
  readonly limit?: number;
  readonly mode?: 'beta' | 'omega';
  readonly verdict?: 'yes' | 'no';
}

const limitMax = 1_000_000;
const wholeNumber: Check = (value) =>
  typeof value === 'number' && Number.isSafeInteger(value) && value >= 1 && value <= limitMax
    ? undefined
    : `is not a whole number from 1 to ${limitMax}`;
const sound =
  (check: Check): Check =>
  (value) =>
    check(value) ?? ((value as string).isWellFormed() ? undefined : 'holds a lone surrogate, which is no text');

/** Which field belongs to one kind, and to no other. */
const fieldsOfKinds: Readonly<Partial<Record<OrderKind, Readonly<Record<string, Check>>>>> = {
  limit: { limit: wholeNumber },
  authorise: { mode: oneOf('beta', 'omega') },
  recommend: { verdict: oneOf('yes', 'no') },
  recommend_policy: { verdict: oneOf('yes', 'no') },
};
const ownFields = (kind: unknown): Readonly<Record<string, Check>> =>
  typeof kind === 'string' && Object.hasOwn(fieldsOfKinds, kind) ? (fieldsOfKinds[kind as OrderKind] ?? {}) : {};
/** About something that stands, or that ran: without its name nothing is meant. */
const namesWhat: ReadonlySet<unknown> = new Set<OrderKind>(orderKinds.filter((kind) => kind !== 'limit' && kind !== 'hold'));

const needed: Readonly<Record<string, Check>> = { by: sound(text(200)), reason: sound(text(2_000)), kind: oneOf(...orderKinds) };
const optional: Readonly<Record<string, Check>> = {
  of: sound(text(64)),
  ...fieldsOfKinds.limit,
  ...fieldsOfKinds.authorise,
  ...fieldsOfKinds.recommend,
  statement: sound(text(8_000)),
  signature: sound(text(8_000)),
};

function problemOf(fields: Fields): string | undefined {
  const checks = { ...needed, ...optional };
  const unknown = Object.keys(fields).find((name) => !Object.hasOwn(checks, name));
  if (unknown !== undefined) return `unknown key ${JSON.stringify(unknown.slice(0, 40))}; known are ${Object.keys(checks).join(', ')}`;
  for (const [name, check] of Object.entries(checks)) {
    const value = fields[name];
    if (value === undefined && !Object.hasOwn(needed, name)) continue;
    const problem = value === undefined ? 'is missing' : check(value);
    if (problem !== undefined) return `${name} ${problem}`;
  }
  const { kind, of, statement, signature } = fields;
  for (const name of ['limit', 'mode', 'verdict']) {
    const isOwn = Object.hasOwn(ownFields(kind), name);
    if (isOwn !== (fields[name] !== undefined)) return isOwn ? `${name} is missing` : `${String(kind)} has no ${name}`;
  }
  if (namesWhat.has(kind) && of === undefined) return `of is missing: ${String(kind)} names what it is about`;
  return (statement === undefined) === (signature === undefined) ? undefined : 'statement and signature go together';
}

/** Reads one message of unknown shape. Never throws; what is not understood entirely is malformed, whatever it seems to mean. */
export function parseOrder(payload: unknown): Order | MalformedOrder {
  if (typeof payload !== 'object' || payload === null || Array.isArray(payload)) {
    const found = payload === null ? 'null' : Array.isArray(payload) ? 'a list' : typeof payload;
    return { malformed: `expected one JSON object, found ${found}` };
  }
  const malformed = problemOf(payload as Fields);
  return malformed === undefined ? { ...(payload as Order) } : { malformed };
}

const statementChecks: Readonly<Record<Exclude<keyof OrderStatement, 'limit' | 'mode' | 'verdict'>, Check>> = {
  type: oneOf('janus.order.v1'),
  vessel: text(63),
  namespace: text(255),
  order: oneOf(...orderKinds),
  of: text(64, { empty: true }),
  reason: text(2_000),
  signer: text(200),
  issued_at: time,
  expires_at: time,
  nonce: hex(32),
};

/** Reads a statement of unknown origin. Never throws. */
export function parseOrderStatement(source: unknown): OrderStatement | MalformedStatement {
  const parsed = parseFields(source, ({ order }) => ({ ...statementChecks, ...ownFields(order) }));
  if ('malformed' in parsed) return parsed as unknown as MalformedStatement;
  const statement = parsed as unknown as OrderStatement;
  return Date.parse(statement.expires_at) > Date.parse(statement.issued_at) ? statement : { malformed: 'it expires before it was issued' };
}

/** The text to sign. Throws a TypeError for what `parseOrderStatement` would not take. */
export function writeOrderStatement(fields: Omit<OrderStatement, 'type'>): string {
  const source = canonicalJson({ ...fields, type: 'janus.order.v1' });
  const parsed = parseOrderStatement(source);
  if ('malformed' in parsed) throw new TypeError(`not a statement: ${parsed.malformed}`);
  return source;
}

/** Whose order it has to be, and when. */
export interface ExpectedOrder {
  readonly vessel: string;
  readonly namespace: string;
  readonly order: Order;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

const sameContent = (statement: OrderStatement, { kind, of = '', limit, mode, verdict, reason }: Order): StatementProblem | undefined => {
  const code = 'WRONG_DECISION';
  if (statement.order !== kind) return { code, why: `${statement.order} was signed, ${kind} was sent` };
  if (statement.limit !== limit) return { code, why: 'the limit that was signed is not the one that was sent' };
  if (statement.mode !== mode) return { code, why: 'the mode that was signed is not the one that was sent' };
  if (statement.verdict !== verdict) return { code, why: 'the recommendation that was signed is not the one that was sent' };
  if (statement.reason !== reason) return { code, why: 'the reason that was signed is not the one that was sent' };
  return differs('WRONG_ORDER', 'what stands as', statement.of, of);
};

/** Pure: undefined where a well-formed statement says exactly what was sent. Says nothing about its signature. */
export function matchOrderStatement(
  statement: OrderStatement,
  { vessel, namespace, order, now }: ExpectedOrder,
): StatementProblem | undefined {
  return (
    differs('WRONG_VESSEL', 'vessel', statement.vessel, vessel) ??
    differs('WRONG_NAMESPACE', 'namespace', statement.namespace, namespace) ??
    sameContent(statement, order) ??
    differs('WRONG_SIGNER', 'signer', statement.signer, order.by) ??
    (now >= Date.parse(statement.expires_at)
      ? { code: 'STATEMENT_EXPIRED', why: `it counted until ${statement.expires_at}` }
      : ahead(statement.issued_at, now))
  );
}
