import { fstatSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { makeFolders } from '../files/make-folders.js';
import type { Logger } from 'pino';
import pino from 'pino';
import type { AgentLogEvent } from './agent-log-events.js';

export interface LoggerSettings {
  readonly file?: string | undefined;
  readonly vesselName: string;
  readonly verbose: boolean;
  /** Set by systemd: lines then carry their priority as `<N>`. */
  readonly journal: boolean;
}

const priorities: Readonly<Record<string, string>> = { fatal: '<2>', error: '<3>', warn: '<4>', info: '<6>', debug: '<7>', trace: '<7>' };

/** Lines that wait for a full disk, in bytes; more are dropped. The agent log is no record: it never stops the agent. */
const waitingBytesMax = 1_048_576;

/** Not at every line: between two looks they go where they went before. */
const lookMilliseconds = 1_000;

type Destination = ReturnType<typeof pino.destination> & { readonly fd: number };

/**
 * Whether the file bears its name no more, for rotation renames it: asked at most once a second, so that no process needs a signal. One whose name nobody
 * has yet is gone at the second look: whoever rotates makes the new one, with the rights that all need, a moment after the renaming.
 */
function createRenamed(file: string, destination: Destination): () => boolean {
  let looked = Date.now();
  let wasMissing = false;
  return () => {
    const now = Date.now();
    if (now - looked < lookMilliseconds) return false;
    looked = now;
    const [own, there] = [fstatSync(destination.fd), statSync(file, { throwIfNoEntry: false })];
    if (there !== undefined) wasMissing = false;
    else if (!wasMissing) {
      wasMissing = true;
      return false;
    }
    return there?.ino !== own.ino || there.dev !== own.dev;
  };
}

function openFile(file: string) {
  makeFolders(dirname(file), 0o700);
  const destination = pino.destination({ dest: file, sync: true, mkdir: true, maxLength: waitingBytesMax }) as Destination;
  let failing = false;
  const trouble = (error: Error) => {
    if (!failing) process.stderr.write(`janus: ${file} cannot be written: ${error.message}\n`);
    failing = true;
  };
  destination.on('error', trouble);
  destination.on('write', () => (failing = false));
  const isRenamed = createRenamed(file, destination);
  return {
    write: (line: string) => {
      try {
        if (isRenamed()) destination.reopen();
      } catch {
        // It goes on where it was; the next look tries again.
      }
      destination.write(line);
    },
  };
}

/** The agent log: JSON lines with the seed's keys, to stderr (the journal) and to a file. Synchronous, so a crash loses no line. */
export function createLogger({ file, vesselName, verbose, journal }: LoggerSettings): Logger {
  const level = verbose ? 'debug' : 'info';
  const stderr = {
    write: (line: string) => {
      const named = /"level":"(\w+)"/.exec(line)?.[1] ?? 'info';
      process.stderr.write(journal ? `${priorities[named] ?? '<6>'}${line}` : line);
    },
  };
  const streams = [{ level, stream: stderr } as const, ...(file === undefined ? [] : [{ level, stream: openFile(file) } as const])];
  return pino(
    {
      level,
      base: { vessel_id: vesselName },
      timestamp: () => `,"timestamp":"${new Date().toISOString()}"`,
      formatters: { level: (label) => ({ level: label }) },
      messageKey: 'summary',
      serializers: { error: pino.stdSerializers.err },
    },
    pino.multistream(streams),
  );
}

type CoreLevel = 'TRACE' | 'DEBUG' | 'INFO' | 'WARN' | 'ERROR';
const levels = { TRACE: 'trace', DEBUG: 'debug', INFO: 'info', WARN: 'warn', ERROR: 'error' } as const;

/** The shape that Temporal's runtime logs to; its lines, but for those of its native core, become lines of the agent log. */
export function forTemporal(logger: Logger) {
  const log = (level: CoreLevel, message: string, meta?: Readonly<Record<string | symbol, unknown>>) => {
    const { sdkComponent, taskQueue, workflowId, activityType, error } = (meta ?? {}) as Record<string, unknown>;
    logger[levels[level]](
      { event_type: 'temporal' satisfies AgentLogEvent, sdkComponent, taskQueue, workflowId, activityType, error },
      message,
    );
  };
  return {
    log,
    trace: (message: string, meta?: Record<string, unknown>) => log('TRACE', message, meta),
    debug: (message: string, meta?: Record<string, unknown>) => log('DEBUG', message, meta),
    info: (message: string, meta?: Record<string, unknown>) => log('INFO', message, meta),
    warn: (message: string, meta?: Record<string, unknown>) => log('WARN', message, meta),
    error: (message: string, meta?: Record<string, unknown>) => log('ERROR', message, meta),
  };
}
