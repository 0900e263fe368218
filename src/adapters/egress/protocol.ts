import { isDomainPattern } from '../../domain/text/domain-name.js';

/** What hands ask for on the control socket: one JSON object a line. The connection is the lease: when it ends, everything of it ends. */
export interface OpenRequest {
  /** Names the action in log lines; never a path. */
  readonly action: string;
  readonly domains: readonly string[];
  readonly connections: number;
  readonly bytes: number;
  readonly attempts: number;
  /** Account of the action. */
  readonly uid: number;
}

export type ControlRequest =
  | { readonly op: 'ping' }
  | { readonly op: 'close-all' }
  | ({ readonly op: 'open' } & OpenRequest)
  | { readonly op: 'close' }
  /** Tells what is met outside, now and whenever it changes, for as long as the connection lasts. */
  | { readonly op: 'figures' }
  /** Whether there is a network, for whoever waits for these domains. */
  | { readonly op: 'look'; readonly domains: readonly string[] };

export const lineBytesMax = 65_536;

const isCount = (value: unknown, max: number): value is number =>
  Number.isInteger(value) && (value as number) >= 0 && (value as number) <= max;

const areDomains = (value: unknown): value is readonly string[] =>
  Array.isArray(value) &&
  value.length > 0 &&
  value.length <= 64 &&
  value.every((each) => typeof each === 'string' && isDomainPattern(each));

const fields: Readonly<Record<string, (value: unknown) => boolean>> = {
  op: (value) => value === 'open',
  action: (value) => typeof value === 'string' && /^[a-z0-9][a-z0-9./-]{0,99}$/.test(value),
  domains: areDomains,
  connections: (value) => isCount(value, 1_000),
  bytes: (value) => isCount(value, 2 ** 40),
  attempts: (value) => isCount(value, 1_000_000),
  uid: (value) => isCount(value, 2 ** 32 - 2),
};

const isPlain = (op: unknown) => op === 'ping' || op === 'close' || op === 'close-all' || op === 'figures';

/** Strict: every key known, every value within bounds, or the name of what is wrong. */
export function parseControlLine(line: string): ControlRequest | { readonly problem: string } {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return { problem: 'no JSON' };
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return { problem: 'no object' };
  const { op } = value as { op?: unknown };
  const entries = new Map(Object.entries(value));
  if (isPlain(op)) return entries.size === 1 ? (value as ControlRequest) : { problem: 'unknown key' };
  if (op === 'look' && entries.size === 2 && areDomains(entries.get('domains'))) return value as ControlRequest;
  const unknown = [...entries.keys()].find((name) => !Object.hasOwn(fields, name));
  if (unknown !== undefined) return { problem: `unknown key ${JSON.stringify(unknown.slice(0, 40))}` };
  const wrong = Object.entries(fields).find(([name, isSound]) => !isSound(entries.get(name)));
  return wrong === undefined ? (value as ControlRequest) : { problem: `${wrong[0]} is not sound` };
}

/** Cuts a stream into lines; a line that grows beyond its bound is `undefined`, and the last one. */
export function createLineReader(onLine: (line: string | undefined) => void): (chunk: Buffer) => void {
  let rest = Buffer.alloc(0);
  return (chunk) => {
    rest = Buffer.concat([rest, chunk]);
    for (let end = rest.indexOf(10); end >= 0; end = rest.indexOf(10)) {
      const line = rest.subarray(0, end).toString('utf8');
      rest = rest.subarray(end + 1);
      onLine(line);
    }
    if (rest.length > lineBytesMax) {
      rest = Buffer.alloc(0);
      onLine(undefined);
    }
  };
}
