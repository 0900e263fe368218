/**
 * What lines of the agent log are about: for operators, in the journal. A vocabulary of its own, not that of the trail (`domain/trail/events.ts`):
 * nothing is proved by these lines, and they may get lost. `egress` and trail both know `network_connection`, each for the same connection.
 */
export const agentLogEvents = {
  worker_started: 'A process of Janus has started.',
  temporal: 'Something that the Temporal SDK says.',
  sandbox_inspected: 'What the sandbox is like on this machine.',
  sandbox_unavailable: 'A control of the sandbox is missing: no action starts.',
  sandbox_stale: 'A sandbox whose worker is gone was ended, or could not be.',
  controls_trouble: 'The controls of this host cannot work as they should: nothing starts, or one action at a time.',
  workspace_removed: 'An old workspace was removed.',
  workspace_removing: 'One is so large that it takes several rounds.',
  workspace_not_removed: 'One could not be removed.',
  janitor: 'The workspaces could not be looked after.',
  network_connection: 'A command opened a connection, or was refused one.',
  audit_unavailable: 'A log of the trail cannot be written: nothing starts.',
  audit_recovered: 'It can be written again.',
  audit_alarm: 'The nightly bookkeeping found something wrong.',
  notifier: 'About the notifier itself: no script, or it could not follow the trail.',
  notification_failed: 'The notification script failed.',
  head_signed: 'The witness signed a head.',
  head_refused: 'The log does not hold what was signed before: nothing is signed.',
  head_failed: 'A head could not be made.',
  head_copy_failed: 'A head is missing in the second place.',
  schedules_behind: 'Schedules could not be paused for a stop yet, or not let go on after it: it is tried again.',
  policy_not_recorded: 'The trail does not say yet under which security policy the vessel runs: it is tried again.',
} as const;

export type AgentLogEvent = keyof typeof agentLogEvents;

declare module 'pino' {
  /** Lets the compiler hold every call of a logger to the table. */
  interface LogFnFields {
    readonly event_type?: AgentLogEvent;
  }
}
