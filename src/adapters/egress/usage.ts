import type { Socket } from 'node:net';
import { Transform } from 'node:stream';
import type { ConnectionRecord, NetworkUse } from '../../domain/action/connection.js';
import { recordsOf } from '../../domain/action/connection.js';
import type { DenyCode } from '../../domain/action/denials.js';

export interface UsageLimits {
  /** Open at one moment. */
  readonly connections: number;
  /** Both directions together, over the whole action. */
  readonly bytes: number;
  /** Refused ones included: whoever tries so often is searching. */
  readonly attempts: number;
}

/** One attempt while it lasts. */
export interface Attempt {
  allow(ip: string, socket: Socket): void;
  deny(code: DenyCode, ip?: string): void;
  /** No more bytes will come. */
  end(): void;
}

/** Counts what one action does; a limit that is reached is said once, to `onLimit`. */
export interface Usage {
  /** A connection to the proxy itself, whatever comes of it. */
  arrive(): void;
  attempt(host: string, port: number): Attempt;
  /** Passes bytes on and counts them; fails when the limit is reached. */
  counting(): Transform;
  /** What there was so far, open connections included. */
  report(): NetworkUse;
}

/** What came from an action may be anything: only printable ASCII gets as far as a record. */
export function printable(text: string): string {
  return text.slice(0, 100).replace(/[^!-~]/g, '?') || '?';
}

interface Entry {
  readonly host: string;
  readonly port: number;
  readonly startedAt: number;
  socket: Socket | undefined;
  ip: string | undefined;
  verdict: string;
  ended: { readonly tx: number; readonly rx: number; readonly ms: number } | undefined;
}

const newEntry = (host: string, port: number): Entry => ({
  host: printable(host),
  port,
  startedAt: performance.now(),
  socket: undefined,
  ip: undefined,
  verdict: 'pending',
  ended: undefined,
});

const measure = ({ socket, startedAt }: Entry) => ({
  tx: socket?.bytesWritten ?? 0,
  rx: socket?.bytesRead ?? 0,
  ms: Math.round(performance.now() - startedAt),
});

const toRecord = (entry: Entry): ConnectionRecord => ({
  host: entry.host,
  port: entry.port,
  ...(entry.ip !== undefined && { ip: entry.ip }),
  ...(entry.ended ?? measure(entry)),
  verdict: entry.verdict,
});

export interface UsageListeners {
  readonly onLimit: (why: string) => void;
  readonly onRecord: (record: ConnectionRecord) => void;
  /** Passed on, in either direction. */
  readonly onBytes: (bytes: number) => void;
}

export function createUsage(limits: UsageLimits, { onLimit, onRecord, onBytes }: UsageListeners): Usage {
  const kept: Entry[] = [];
  const live = new Set<Entry>();
  let [connections, denied, bytes, tx, rx] = [0, 0, 0, 0, 0];
  const recordsMax = recordsOf(limits.connections);
  const tooMany = `more than ${limits.attempts} connections were tried`;
  const finish = (entry: Entry) => {
    if (entry.ended !== undefined) return;
    entry.ended = measure(entry);
    entry.socket = undefined;
    tx += entry.ended.tx;
    rx += entry.ended.rx;
    live.delete(entry);
    onRecord(toRecord(entry));
  };
  let arrived = 0;
  return {
    arrive: () => {
      arrived += 1;
      if (arrived > limits.attempts) onLimit(tooMany);
    },
    attempt: (host, port) => {
      const entry = newEntry(host, port);
      connections += 1;
      live.add(entry);
      if (kept.length < recordsMax) kept.push(entry);
      if (connections > limits.attempts) onLimit(tooMany);
      return {
        allow: (ip, socket) => {
          entry.ip = ip;
          entry.socket = socket;
          entry.verdict = 'allowed';
        },
        deny: (code, ip) => {
          if (entry.ended !== undefined) return;
          denied += 1;
          entry.verdict = code;
          entry.ip ??= ip;
          finish(entry);
        },
        end: () => finish(entry),
      };
    },
    counting: () =>
      new Transform({
        transform(chunk: Buffer, _encoding, done) {
          bytes += chunk.length;
          onBytes(chunk.length);
          if (bytes <= limits.bytes) {
            done(null, chunk);
            return;
          }
          onLimit(`more than ${limits.bytes} bytes went through the proxy`);
          done(new Error('limit'));
        },
      }),
    report: () => {
      const open = [...live].map(measure);
      const sum = (name: 'tx' | 'rx') => open.reduce((total, each) => total + each[name], 0);
      return { connections, denied, tx: tx + sum('tx'), rx: rx + sum('rx'), records: kept.map(toRecord) };
    },
  };
}
