import { resolve } from 'node:path';
import type { VerifierKey } from '../../../adapters/audit/format/signed-note.js';
import { parseDuration } from '../../../domain/approval/decision.js';
import type { JanusConfig } from '../../../config/config.js';
import type { LogName } from '../../../domain/trail/logs.js';
import { logNames } from '../../../domain/trail/logs.js';
import { JanusError } from '../../../domain/errors.js';
import { errnoWords } from '../../../domain/text/errno-words.js';
import { decodeText, textAllowed } from '../../../domain/text/strict-text.js';
import type { Context, Values } from '../../command.js';
import { textOf } from '../../command.js';

export const trailFiles = ({ paths }: JanusConfig): Readonly<Record<LogName, string>> => ({
  mission_log: paths.missionLog,
  tool_use: paths.toolLog,
  proposals: paths.proposalsLog,
});

/** `--log`; all three where nobody names one. */
export function logsOf(values: Values): readonly LogName[] {
  const asked = textOf(values, 'log');
  const named = logNames.filter((log) => asked === undefined || log === asked);
  if (named.length === 0) throw new JanusError('USAGE', `--log ${asked} is unknown: one of ${logNames.join(', ')}`);
  return named;
}

/** Refuses words that a command does not take: a file name typed by mistake is not silently another question. */
export function noWords(positionals: readonly string[], usage: string): void {
  const [word] = positionals;
  if (word !== undefined) throw new JanusError('USAGE', `${JSON.stringify(word)} is one word too many`, { next: usage });
}

/** A day, a moment, or how long ago, as the timestamps of records: ISO 8601 in UTC. Undefined where the option was not given. */
export function momentOf(values: Values, name: 'since' | 'until', now: Date): string | undefined {
  const asked = textOf(values, name);
  if (asked === undefined) return undefined;
  const seconds = parseDuration(asked);
  if (seconds !== undefined) return new Date(now.getTime() - seconds * 1_000).toISOString();
  const isMoment = /^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d))?$/.test(asked);
  const time = isMoment ? Date.parse(asked) : Number.NaN;
  if (Number.isNaN(time)) throw new JanusError('USAGE', `--${name} ${asked} is no moment`, { next: `--${name} 2026-01-31 · --${name} 7d` });
  return new Date(time).toISOString();
}

/** Text of a file that was named on the command line. */
export async function textOfFile(path: string, { cwd }: Pick<Context, 'cwd'>): Promise<string> {
  const { readFile } = await import('node:fs/promises');
  let bytes: Uint8Array;
  try {
    bytes = await readFile(resolve(cwd, path));
  } catch (error) {
    throw new JanusError('USAGE', `${path} cannot be read: ${errnoWords(error)}`, { cause: error });
  }
  const text = decodeText(bytes);
  if (typeof text !== 'string') throw new JanusError('USAGE', `${path}:${text.line}: found ${text.found}`, { next: textAllowed });
  return text;
}

/** `--key`, the text of a key or its file; else the key that lies beside the heads. Undefined where there is none. */
export async function headsKey(values: Values, context: Pick<Context, 'cwd' | 'config'>): Promise<VerifierKey | undefined> {
  const asked = textOf(values, 'key');
  const { parseVerifierKey } = await import('../../../adapters/audit/format/signed-note.js');
  if (asked === undefined) {
    const { readPublicKey } = await import('../../../adapters/audit/heads/read-heads.js');
    return readPublicKey((await context.config()).paths.heads);
  }
  const key = parseVerifierKey(asked) ?? parseVerifierKey(await textOfFile(asked, context));
  if (key === undefined) throw new JanusError('USAGE', `${asked} is no key of heads`, { next: '--key heads.pub' });
  return key;
}

/** What files do when they cannot be read is no bug, and no verdict either. */
export function asUnreadable(error: unknown): unknown {
  const { code, message } = error as NodeJS.ErrnoException;
  if (error instanceof JanusError || typeof code !== 'string') return error;
  const isForbidden = code === 'EACCES' || code === 'EPERM';
  return new JanusError(isForbidden ? 'NOT_PERMITTED' : 'AUDIT_UNAVAILABLE', `the trail cannot be read: ${message}`, {
    cause: error,
    ...(isForbidden && { next: 'run it as an account that may read the trail: sudo -u janus ubos ...' }),
  });
}

export const noTrail = (config: JanusConfig) =>
  new JanusError('LOG_NOT_FOUND', `there is no such log in ${config.paths.state}`, { next: 'ubos config show' });

/** A whole proposal id, or at least 6 of its digits, as what the ids in records begin with. */
export function proposalPrefix(reference: string, usage: string): string {
  const digits = /^(?:janus-)?([0-9a-f]{6,12})$/i.exec(reference)?.[1];
  if (digits === undefined) throw new JanusError('USAGE', `${JSON.stringify(reference)} is no proposal id`, { next: usage });
  return `janus-${digits.toLowerCase()}`;
}
