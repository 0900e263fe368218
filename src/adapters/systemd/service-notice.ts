import { fstatSync, writeSync } from 'node:fs';
import { JanusError } from '../../domain/errors.js';
import { startHint } from '../../domain/units.js';

/** What systemd is told of this process (sd_notify); where nobody listens, nothing. */
export interface ServiceNotice {
  readonly isHeard: boolean;
  /** It does its work from now on. `words` are what systemd shows as its status. */
  ready(words: string): void;
  /** It was asked to end and is finishing what it has begun. */
  stopping(words: string): void;
}

export interface ServiceNoticeSettings {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Asked before each sign of life; while it is false none is given, and systemd's watchdog ends the process. */
  readonly isAlive?: () => boolean;
}

const silent: ServiceNotice = { isHeard: false, ready: () => undefined, stopping: () => undefined };

/** The socket that deploy/janus/exec-with-notify left open; one process alone has it. */
function openedSocket(env: ServiceNoticeSettings['env']): number | undefined {
  const { JANUS_NOTIFY_FD: text } = env;
  if (text === undefined || text === '') return undefined;
  const descriptor = Number(text);
  try {
    if (/^\d{1,9}$/.test(text) && fstatSync(descriptor).isSocket()) return descriptor;
  } catch {
    // Closed, or never there.
  }
  throw new JanusError('CONFIG_INVALID', `JANUS_NOTIFY_FD is ${text}, and that is no open socket`, {
    next: `start it through its unit: ${startHint('brain')}`,
  });
}

/** Words of one line: a line feed would begin another statement. */
const statusOf = (words: string) => `STATUS=${words.replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, ' ').slice(0, 200)}`;

/**
 * Speaks to systemd through the open socket, and feeds its watchdog from this process's own event loop at a third of `WATCHDOG_USEC`: where that hangs, or
 * `isAlive` says no, the watchdog is not fed. A word that does not get through is lost, never an error: systemd asks again by its own time-outs. Throws
 * CONFIG_INVALID for a socket that is named and not there.
 */
export function openServiceNotice({ env, isAlive = () => true }: ServiceNoticeSettings): ServiceNotice {
  const socket = openedSocket(env);
  if (socket === undefined) return silent;
  const send = (...lines: readonly string[]) => {
    try {
      writeSync(socket, lines.join('\n'));
    } catch {
      // As above.
    }
  };
  const limit = Number(env['WATCHDOG_USEC'] ?? 0) / 1_000;
  if (limit > 0) setInterval(() => isAlive() && send('WATCHDOG=1'), limit / 3).unref();
  return {
    isHeard: true,
    ready: (words) => send('READY=1', statusOf(words)),
    stopping: (words) => send('STOPPING=1', statusOf(words)),
  };
}
