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
  notification_failed: 'The notification script failed, or the comms hub took no report.',
  head_signed: 'The witness signed a head.',
  head_refused: 'The log does not hold what was signed before: nothing is signed.',
  head_failed: 'A head could not be made.',
  head_copy_failed: 'A head is missing in the second place.',
  schedules_behind: 'Schedules, or proposals that wait, do not follow a stop or its end yet: it is tried again.',
  mode_change: 'The mode changed, as the mission log says.',
  relief: 'The relief valve changed its stage, or ended actions, as the mission log says.',
  thinking_cycle: 'A thinking cycle has ended, as the mission log says.',
  checkpoints_of_another_key: 'What the mode rests on in removed records is signed by a key that the brain does not have.',
  proposal_step: 'A step of a proposal begins or has ended, with its times (`debug.trace_proposals`).',
  metrics: 'Where metrics are served, or why they are not.',
  backup: 'A backup was made, or could not be.',
  cockpit: 'The cockpit was sent a copy of the trail, or could not be.',
  policy_not_recorded: 'The trail does not say yet under which security policy the vessel runs: it is tried again.',
  policy_held: 'The files say a looser security policy than the adopted one: this process keeps to that.',
} as const;

export type AgentLogEvent = keyof typeof agentLogEvents;

declare module 'pino' {
  /** Lets the compiler hold every call of a logger to the table. */
  interface LogFnFields {
    readonly event_type?: AgentLogEvent;
  }
}
