import { existsSync } from 'node:fs';
import { execa } from 'execa';
import type { Notification } from '../../domain/trail/notification.js';

/** Tells people. Never throws: a proposal does not depend on being told about. */
export type Notifier = (notification: Notification) => Promise<void>;

export interface ScriptNotifierSettings {
  readonly script: string;
  /** How people who are told call `ubos`; a command that they cannot paste is no help (spec U3). */
  readonly called?: string;
  readonly timeoutMilliseconds?: number;
  /** Called with the reason when the script failed. */
  readonly onFailure: (why: string, notification: Notification) => void;
}

const commandKeys = ['review_command', 'approve_command', 'reject_command'] as const;

function asCalled(notification: Notification, called: string): Notification {
  const commands = commandKeys.map((key) => [key, notification[key].replace(/^ubos(?= )/, () => called)]);
  return { ...notification, ...Object.fromEntries(commands) };
}

/** Calls the configured script with the JSON as argument and on stdin, without a shell and with a minimal environment; 10 s at most. */
export function createScriptNotifier({
  script,
  called = 'ubos',
  timeoutMilliseconds = 10_000,
  onFailure,
}: ScriptNotifierSettings): Notifier {
  return async (notification) => {
    const json = JSON.stringify(asCalled(notification, called));
    const child = execa(script, [json], {
      input: json,
      env: { PATH: '/usr/local/bin:/usr/bin:/bin', LANG: 'C.UTF-8', JANUS_EVENT: notification.event },
      extendEnv: false,
      reject: false,
      // A group of its own, so that the limit ends its children too.
      detached: true,
      buffer: false,
      stdout: 'ignore',
      stderr: 'ignore',
    });
    let late = false;
    const limit = setTimeout(() => {
      late = true;
      killGroup(child.pid);
    }, timeoutMilliseconds);
    const result = await child;
    clearTimeout(limit);
    if (late) onFailure(`no end after ${timeoutMilliseconds} ms`, notification);
    else if (result.failed) onFailure((result.shortMessage ?? 'failed').split('\n')[0]?.slice(0, 200) ?? 'failed', notification);
  };
}

/** The configured script; undefined where none is configured or installed: then nobody is told by one. */
export function openScriptNotifier({
  script,
  ...settings
}: Omit<ScriptNotifierSettings, 'script'> & { readonly script: string | undefined }): Notifier | undefined {
  return script !== undefined && existsSync(script) ? createScriptNotifier({ script, ...settings }) : undefined;
}

function killGroup(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // It ended by itself in this very moment.
  }
}
