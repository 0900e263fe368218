import type { Socket } from 'node:net';
import { connect } from 'node:net';
import { egressHint } from '../../domain/units.js';
import type { ConnectionRecord, NetworkUse } from '../../domain/action/connection.js';
import { connectionRecordsMax } from '../../domain/action/connection.js';
import { JanusError } from '../../domain/errors.js';
import type { OpenRequest } from './protocol.js';
import { createLineReader } from './protocol.js';

/** The way out of one action, for as long as it runs. */
export interface EgressLease {
  /** Unix socket of the proxy. */
  readonly socket: string;
  /** Resolves with the reason when egress ended it: a limit was reached, or the process is gone. */
  readonly ended: Promise<string>;
  /** Ends every connection, and says what there was; undefined where nobody can say any more. */
  close(): Promise<NetworkUse | undefined>;
}

/** How hands ask the egress process. */
export interface EgressClient {
  /** Whether it answers. */
  isAvailable(): Promise<boolean>;
  /** Throws SANDBOX_UNAVAILABLE where it does not. */
  open(request: OpenRequest): Promise<EgressLease>;
  /** Ends every connection of every action, whoever opened it. False where it does not answer: then there are none. */
  closeAll(): Promise<boolean>;
  /** Has egress look whether there is a network, for an action that waits for these domains; `followFigures` hears what came of it. */
  look(domains: readonly string[]): Promise<boolean>;
}

const answerMilliseconds = 5_000;

interface Answer {
  readonly ok?: boolean;
  readonly problem?: string;
  readonly socket?: string;
  readonly event?: string;
  readonly why?: string;
  readonly use?: unknown;
}

/** The other end speaks with the internet: whatever it says is bounded and of the right kind, or is nothing. */
function parseAnswer(line: string | undefined): Answer | undefined {
  try {
    const value: unknown = JSON.parse(line ?? '');
    return typeof value === 'object' && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}

const count = (value: unknown) => (Number.isSafeInteger(value) && (value as number) >= 0 ? (value as number) : 0);
const word = (value: unknown) => (typeof value === 'string' ? value.slice(0, 100).replace(/[^!-~]/g, '?') : '?');

function soundRecord(value: unknown): ConnectionRecord {
  const { host, port, ip, tx, rx, ms, verdict } = (value ?? {}) as Partial<Record<keyof ConnectionRecord, unknown>>;
  return {
    host: word(host),
    port: count(port),
    ...(ip !== undefined && { ip: word(ip) }),
    tx: count(tx),
    rx: count(rx),
    ms: count(ms),
    verdict: word(verdict),
  };
}

function soundUse(value: unknown): NetworkUse | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const { connections, denied, tx, rx, records } = value as Partial<Record<keyof NetworkUse, unknown>>;
  const kept = Array.isArray(records) ? (records as unknown[]).slice(0, connectionRecordsMax) : [];
  return { connections: count(connections), denied: count(denied), tx: count(tx), rx: count(rx), records: kept.map(soundRecord) };
}

const unavailable = (why: string) =>
  new JanusError('SANDBOX_UNAVAILABLE', `the egress proxy janus-egress ${why}: actions with network_domains are refused`, {
    next: egressHint,
  });

interface Line {
  readonly connection: Socket;
  /** The next answer; undefined when the connection ended, or none came in time. */
  readonly ask: (request: object) => Promise<Answer | undefined>;
  readonly ended: Promise<string>;
}

function openLine(controlSocket: string): Line {
  const connection = connect({ path: controlSocket });
  let waiting: ((answer: Answer | undefined) => void) | undefined;
  const answered = (answer: Answer | undefined) => {
    waiting?.(answer);
    waiting = undefined;
  };
  const ended = new Promise<string>((resolve) => {
    const take = (line: string | undefined) => {
      const answer = parseAnswer(line);
      if (answer?.event === 'limit') resolve(String(answer.why).slice(0, 200));
      else answered(answer);
    };
    connection.on('data', createLineReader(take));
    connection.once('close', () => {
      answered(undefined);
      resolve('janus-egress is gone');
    });
  });
  connection.on('error', () => connection.destroy());
  return {
    connection,
    ended,
    ask: (request) =>
      new Promise((resolve) => {
        const timer = setTimeout(() => answered(undefined), answerMilliseconds);
        waiting = (answer) => {
          clearTimeout(timer);
          resolve(answer);
        };
        if (connection.destroyed) answered(undefined);
        else connection.write(`${JSON.stringify(request)}\n`);
      }),
  };
}

async function askOnce(controlSocket: string, request: object): Promise<boolean> {
  const { connection, ask } = openLine(controlSocket);
  const answer = await ask(request);
  connection.destroy();
  return answer?.ok === true;
}

/** A client of the egress process on this host. It holds no connection but those of its leases. */
export function createEgressClient(controlSocket: string): EgressClient {
  return {
    isAvailable: () => askOnce(controlSocket, { op: 'ping' }),
    closeAll: () => askOnce(controlSocket, { op: 'close-all' }),
    look: (domains) => askOnce(controlSocket, { op: 'look', domains }),
    open: async (request) => {
      const { connection, ask, ended } = openLine(controlSocket);
      const answer = await ask({ op: 'open', ...request });
      if (answer?.ok !== true || answer.socket === undefined) {
        connection.destroy();
        throw unavailable(answer?.problem === undefined ? `does not answer at ${controlSocket}` : `refused: ${answer.problem}`);
      }
      let closing: Promise<NetworkUse | undefined> | undefined;
      const close = async () => {
        const last = await ask({ op: 'close' });
        connection.destroy();
        return soundUse(last?.use);
      };
      return { socket: answer.socket, ended, close: () => (closing ??= close()) };
    },
  };
}
