import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import type { Readable } from 'node:stream';
import { setTimeout as pause } from 'node:timers/promises';
import { shorten, visible } from '../../domain/text/visible.js';
import type { Notification } from '../../domain/trail/notification.js';
import { lookAtHook } from './hook.js';

/** Tells people. Never throws: a proposal does not depend on being told about. */
export type Notifier = (notification: Notification) => Promise<void>;

export interface ScriptNotifierSettings {
  readonly script: string;
  /** How people who are told call `ubos`; a command that they cannot paste is no help (spec U3). */
  readonly called?: string;
  readonly timeoutMilliseconds?: number;
  /** Called after each run with the reason why the script failed; with undefined where it did not. */
  readonly onEnd: (why: string | undefined, notification: Notification) => void;
}

const commandKeys = ['review_command', 'approve_command', 'reject_command'] as const;

function asCalled(notification: Notification, called: string): Notification {
  const commands = commandKeys.map((key) => [key, notification[key].replace(/^ubos(?= )/, () => called)]);
  return { ...notification, ...Object.fromEntries(commands) };
}

/** The beginning of what a script complains about; the rest is read and forgotten. */
function keepBeginning(stream: Readable, bytesMax = 4_096): () => string {
  const kept: Buffer[] = [];
  let bytes = 0;
  stream.on('data', (chunk: Buffer) => {
    if (bytes < bytesMax) kept.push(chunk.subarray(0, bytesMax - bytes));
    bytes += chunk.length;
  });
  stream.on('error', () => undefined);
  return () => Buffer.concat(kept).toString('utf8');
}

const firstLine = (text: string) => text.split('\n').find((line) => line.trim() !== '') ?? '';

/** Whatever a script leaves running may hold its stderr open: nobody waits for that longer than this. */
const drainMilliseconds = 200;

/** Resolves with the reason why the script failed, undefined where it did not. */
async function run(script: string, notification: Notification, timeoutMilliseconds: number): Promise<string | undefined> {
  const json = JSON.stringify(notification);
  const child = spawn(script, [json], {
    env: { PATH: '/usr/local/bin:/usr/bin:/bin', LANG: 'C.UTF-8', JANUS_EVENT: notification.event },
    // A group of its own, so that the limit ends its children too.
    detached: true,
    stdio: ['pipe', 'ignore', 'pipe'],
  });
  const complaint = keepBeginning(child.stderr);
  const drained = new Promise((resolve) => child.stderr.once('close', resolve));
  // It need not read what it was told in its argument already.
  child.stdin.on('error', () => undefined);
  child.stdin.end(json);
  let late = false;
  const limit = setTimeout(() => {
    late = true;
    killGroup(child.pid);
  }, timeoutMilliseconds);
  try {
    const [code, signal] = await new Promise<[number | null, NodeJS.Signals | null]>((resolve, reject) => {
      child.once('error', reject);
      child.once('exit', (...how) => resolve(how));
    });
    if (late) return `no end after ${timeoutMilliseconds} ms`;
    if (code === 0) return undefined;
    await Promise.race([drained, pause(drainMilliseconds, undefined, { ref: false })]);
    const line = firstLine(complaint());
    return `${signal === null ? `exit code ${code}` : `ended by ${signal}`}${line === '' ? '' : `: ${shorten(visible(line), 300)}`}`;
  } finally {
    clearTimeout(limit);
    child.stderr.destroy();
  }
}

/** A script that takes longer is ended. */
export const scriptMillisecondsMax = 10_000;

/** Calls the script with the JSON as argument and on stdin, without a shell and with a minimal environment; 10 s at most. */
export function createScriptNotifier({
  script,
  called = 'ubos',
  timeoutMilliseconds = scriptMillisecondsMax,
  onEnd,
}: ScriptNotifierSettings): Notifier {
  return async (notification) => {
    let why: string | undefined;
    try {
      why = await run(script, asCalled(notification, called), timeoutMilliseconds);
    } catch (error) {
      // The kernel says "no such file" of an interpreter as well; a look at the file says which.
      const { code, message } = error as NodeJS.ErrnoException;
      why = lookAtHook(script).why ?? code ?? message;
    }
    onEnd(why, notification);
  };
}

/** The configured script, as long as it is there; undefined where none is configured: then nobody is told by one. */
export function openScriptNotifier({
  script,
  ...settings
}: Omit<ScriptNotifierSettings, 'script'> & { readonly script: string | undefined }): Notifier | undefined {
  if (script === undefined) return undefined;
  const notify = createScriptNotifier({ script, ...settings });
  return async (notification) => {
    // One that is installed later is called from then on; one that was taken away has not failed.
    if (existsSync(script)) await notify(notification);
    else settings.onEnd(undefined, notification);
  };
}

function killGroup(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // It ended by itself in this very moment.
  }
}
