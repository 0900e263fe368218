import { execa } from 'execa';

/** What people are told about a waiting proposal: the fields of the seed's script, and what later readers need (spec A6, A7). */
export interface Notification {
  readonly schema: 'janus.notification/v1';
  readonly event: string;
  /** Equal for the same event, however often it is told. */
  readonly event_id: string;
  readonly proposal_id: string;
  readonly vessel_id: string;
  readonly timestamp: string;
  readonly action_type: string;
  readonly risk_level: string;
  readonly summary: string;
  readonly status: string;
  readonly digest?: string;
  /** Its first 64 bits in words, to compare with those on the screen that decides. */
  readonly digest_words?: string;
  readonly expires_at?: string;
  /** The review text, where a decision is asked for (spec A5). */
  readonly review?: string;
  readonly review_command: string;
  readonly approve_command: string;
  readonly reject_command: string;
}

/** Tells people. Never throws: a proposal does not depend on being told about. */
export type Notifier = (notification: Notification) => Promise<void>;

export interface ScriptNotifierSettings {
  readonly script: string;
  readonly timeoutMilliseconds?: number;
  /** Called with the reason when the script failed. */
  readonly onFailure: (why: string, notification: Notification) => void;
}

/** Calls the configured script with the JSON as argument and on stdin, without a shell and with a minimal environment; 10 s at most. */
export function createScriptNotifier({ script, timeoutMilliseconds = 10_000, onFailure }: ScriptNotifierSettings): Notifier {
  return async (notification) => {
    const json = JSON.stringify(notification);
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

function killGroup(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // It ended by itself in this very moment.
  }
}
