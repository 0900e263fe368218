import type { HeldReceipt } from '../domain/reconcile/run-facts.js';

export interface Payloads {
  readonly payloads?: readonly { readonly data?: Uint8Array | null }[] | null;
}

const words = new TextDecoder();
export type Fields = Readonly<Record<string, unknown>>;

/** Histories belong to whoever owns the server: what is not what a workflow writes is read as nothing. */
export function readPayload(payloads: Payloads | null | undefined, index = 0): unknown {
  const data = payloads?.payloads?.[index]?.data;
  if (data === undefined || data === null) return undefined;
  try {
    return JSON.parse(words.decode(data));
  } catch {
    return undefined;
  }
}
export const fieldsOf = (value: unknown): Fields => (typeof value === 'object' && value !== null ? (value as Fields) : {});
export const textOf = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);

export function receiptOf(value: unknown): HeldReceipt | undefined {
  const { log, seq, leaf } = fieldsOf(value);
  return log === 'proposals' && Number.isSafeInteger(seq) && typeof leaf === 'string' ? { seq: seq as number, leaf } : undefined;
}

/** As permits name a record: `<log>:<seq>:<first digits of its leaf>`. */
export function receiptOfPermit(permit: unknown): HeldReceipt | undefined {
  const [, seq, leaf] = /^proposals:(\d{1,15}):([0-9a-f]{16})$/.exec(textOf(fieldsOf(permit)['receipt']) ?? '') ?? [];
  return seq === undefined || leaf === undefined ? undefined : { seq: Number(seq), leaf };
}
