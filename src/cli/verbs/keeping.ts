import type { Verb } from './verb.js';

/** Keys, trail, policy, configuration, and `ubos` itself. */
export const keepingVerbs: readonly Verb[] = [
  { path: ['mode', 'restore'], summary: 'go on after an expiry', load: async () => (await import('../commands/mode/restore.js')).command },
  { path: ['flag'], summary: 'object to what ran alone', load: async () => (await import('../commands/mode/flag.js')).command },
  { path: ['keys', 'init'], summary: 'make a key to sign with', load: async () => (await import('../commands/keys/init.js')).command },
  { path: ['keys', 'list'], summary: 'whose signatures count', load: async () => (await import('../commands/keys/list.js')).command },
  { path: ['keys', 'add'], summary: 'let a key sign for a person', load: async () => (await import('../commands/keys/add.js')).command },
  { path: ['keys', 'revoke'], summary: 'a key signs no longer', load: async () => (await import('../commands/keys/revoke.js')).command },
  {
    path: ['audit', 'tail'],
    summary: 'the newest records of the audit trail',
    load: async () => (await import('../commands/audit/tail.js')).command,
  },
  {
    path: ['audit', 'verify'],
    summary: 'was anything changed, removed or added?',
    load: async () => (await import('../commands/audit/verify.js')).command,
  },
  {
    path: ['audit', 'reconcile'],
    summary: 'do the log and the Temporal histories agree?',
    load: async () => (await import('../commands/audit/reconcile.js')).command,
  },
  {
    path: ['audit', 'export'],
    summary: 'records as JSON lines',
    load: async () => (await import('../commands/audit/export.js')).command,
  },
  {
    path: ['audit', 'report'],
    summary: 'what happened in a month',
    load: async () => (await import('../commands/audit/report.js')).command,
  },
  {
    path: ['audit', 'prove'],
    summary: 'proof that records are in the signed trail',
    load: async () => (await import('../commands/audit/prove.js')).command,
  },
  {
    path: ['audit', 'rotate'],
    summary: 'close the files of the trail, remove what is too old',
    load: async () => (await import('../commands/audit/rotate.js')).command,
  },
  {
    path: ['audit', 'acknowledge-restore'],
    summary: 'go on from a backup that was put back',
    load: async () => (await import('../commands/audit/acknowledge-restore.js')).command,
  },
  {
    path: ['backup', 'init'],
    summary: 'make the repository of backups',
    load: async () => (await import('../commands/backup/init.js')).command,
  },
  { path: ['backup', 'run'], summary: 'make a backup now', load: async () => (await import('../commands/backup/run.js')).command },
  {
    path: ['backup', 'list'],
    summary: 'which backups there are',
    isGroup: true,
    load: async () => (await import('../commands/backup/list.js')).command,
  },
  {
    path: ['backup', 'verify'],
    summary: 'would a backup be any good?',
    load: async () => (await import('../commands/backup/verify.js')).command,
  },
  { path: ['restore'], summary: 'put a backup back', load: async () => (await import('../commands/system/restore.js')).command },
  {
    path: ['notify', 'test'],
    summary: 'call the notification script',
    load: async () => (await import('../commands/notify/test.js')).command,
  },
  { path: ['doctor'], summary: 'is everything in order?', load: async () => (await import('../commands/doctor/doctor.js')).command },
  {
    path: ['charter'],
    summary: 'the charter, and its principles',
    load: async () => (await import('../commands/system/charter.js')).command,
  },
  {
    path: ['policy', 'show'],
    summary: 'the security policy, and what of it is looser since when',
    isGroup: true,
    load: async () => (await import('../commands/policy/show.js')).command,
  },
  {
    path: ['policy', 'propose'],
    summary: 'ask for a review of what the files say',
    load: async () => (await import('../commands/policy/propose.js')).command,
  },
  {
    path: ['policy', 'recommend'],
    summary: 'yes or no to a policy under review',
    load: async () => (await import('../commands/policy/recommend.js')).command,
  },
  {
    path: ['policy', 'adopt'],
    summary: 'let a reviewed policy take effect',
    load: async () => (await import('../commands/policy/adopt.js')).command,
  },
  {
    path: ['config', 'show'],
    summary: 'the configuration with its defaults',
    load: async () => (await import('../commands/config/show.js')).command,
  },
  {
    path: ['config', 'validate'],
    summary: 'check agent.yaml and policy.json',
    load: async () => (await import('../commands/config/validate.js')).command,
  },
  { path: ['config', 'explain'], summary: 'what a key means', load: async () => (await import('../commands/config/explain.js')).command },
  { path: ['ui'], summary: 'links into the Temporal web UI', load: async () => (await import('../commands/system/ui.js')).command },
  { path: ['completion'], summary: 'completion for a shell', load: async () => (await import('../commands/system/completion.js')).command },
  { path: ['version'], summary: 'version of ubos', load: async () => (await import('../commands/system/version.js')).command },
  {
    path: ['help', 'exit-codes'],
    summary: 'what the exit codes mean',
    load: async () => (await import('../commands/system/help-exit-codes.js')).command,
  },
];
