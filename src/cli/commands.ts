import type { Command } from './command.js';

interface Entry {
  readonly path: readonly string[];
  readonly summary: string;
  /** It is what the first word alone means. */
  readonly isGroup?: true;
  /** Only the command that was typed is ever loaded: help costs no Temporal client. */
  readonly load: () => Promise<Command>;
}

/** Every verb of `ubos`; the seed's are as the seed has them (spec U1). */
export const commands: readonly Entry[] = [
  {
    path: ['proposals', 'list'],
    summary: 'what waits for a decision',
    load: async () => (await import('./commands/proposals/list.js')).command,
  },
  {
    path: ['proposals', 'show'],
    summary: 'one proposal, and what happened to it',
    load: async () => (await import('./commands/proposals/show.js')).command,
  },
  {
    path: ['proposals', 'history'],
    summary: 'its Temporal history in plain words',
    load: async () => (await import('./commands/proposals/history.js')).command,
  },
  {
    path: ['proposals', 'cancel'],
    summary: 'withdraw it, or stop it while it runs',
    load: async () => (await import('./commands/decide/cancel.js')).command,
  },
  {
    path: ['review'],
    summary: 'review one, or on a terminal all that wait',
    load: async () => (await import('./commands/decide/review.js')).command,
  },
  {
    path: ['approve'],
    summary: 'approve exactly what review shows',
    load: async () => (await import('./commands/decide/approve.js')).command,
  },
  { path: ['reject'], summary: 'reject, with a reason', load: async () => (await import('./commands/decide/reject.js')).command },
  { path: ['extend'], summary: 'move a deadline', load: async () => (await import('./commands/decide/extend.js')).command },
  {
    path: ['resolve'],
    summary: 'settle an indeterminate run',
    load: async () => (await import('./commands/decide/resolve.js')).command,
  },
  {
    path: ['withdraw'],
    summary: 'take back your approval',
    load: async () => (await import('./commands/decide/withdraw.js')).command,
  },
  {
    path: ['break-glass'],
    summary: 'start what is of high risk alone',
    load: async () => (await import('./commands/decide/break-glass.js')).command,
  },
  { path: ['preview'], summary: 'what would it change?', load: async () => (await import('./commands/proposals/preview.js')).command },
  { path: ['propose'], summary: 'propose an action', load: async () => (await import('./commands/proposals/propose.js')).command },
  {
    path: ['check'],
    summary: 'check a proposal file, without a server',
    load: async () => (await import('./commands/proposals/check.js')).command,
  },
  { path: ['watch'], summary: 'see states change', load: async () => (await import('./commands/proposals/watch.js')).command },
  { path: ['logs'], summary: 'output of an action', load: async () => (await import('./commands/proposals/logs.js')).command },
  { path: ['status'], summary: 'what runs and what waits', load: async () => (await import('./commands/system/status.js')).command },
  { path: ['think'], summary: 'trigger a thinking cycle now', load: async () => (await import('./commands/system/think.js')).command },
  {
    path: ['missions', 'list'],
    summary: 'what the vessel is there for, and what of it is reached',
    isGroup: true,
    load: async () => (await import('./commands/missions/list.js')).command,
  },
  {
    path: ['playbooks', 'list'],
    summary: 'playbooks, and which are approved beforehand',
    isGroup: true,
    load: async () => (await import('./commands/playbooks/list.js')).command,
  },
  {
    path: ['playbooks', 'show'],
    summary: 'one playbook, and what it would do',
    load: async () => (await import('./commands/playbooks/show.js')).command,
  },
  {
    path: ['playbooks', 'validate'],
    summary: 'what is wrong in the file of playbooks',
    load: async () => (await import('./commands/playbooks/validate.js')).command,
  },
  {
    path: ['playbooks', 'test'],
    summary: 'would it fire now?',
    load: async () => (await import('./commands/playbooks/test.js')).command,
  },
  {
    path: ['playbooks', 'approve'],
    summary: 'let a playbook run in an earned mode',
    load: async () => (await import('./commands/playbooks/approve.js')).command,
  },
  {
    path: ['playbooks', 'revoke'],
    summary: 'ask people about it each time again',
    load: async () => (await import('./commands/playbooks/revoke.js')).command,
  },
  {
    path: ['sandbox', 'run'],
    summary: 'try a command in the sandbox of actions',
    load: async () => (await import('./commands/sandbox/run.js')).command,
  },
  {
    path: ['sandbox', 'collect'],
    summary: 'list what would be collected from a workspace',
    load: async () => (await import('./commands/sandbox/collect.js')).command,
  },
  {
    path: ['sandbox', 'cleanup'],
    summary: 'remove a workspace, however it looks',
    load: async () => (await import('./commands/sandbox/cleanup.js')).command,
  },
  {
    path: ['controls', 'show'],
    summary: 'what governor and relief valve do, and why',
    isGroup: true,
    load: async () => (await import('./commands/controls/show.js')).command,
  },
  {
    path: ['controls', 'watch'],
    summary: 'the same at every tick',
    load: async () => (await import('./commands/controls/watch.js')).command,
  },
  {
    path: ['controls', 'set'],
    summary: 'how many actions run at most',
    load: async () => (await import('./commands/controls/set.js')).command,
  },
  { path: ['controls', 'hold'], summary: 'start nothing new', load: async () => (await import('./commands/controls/hold.js')).command },
  {
    path: ['controls', 'release'],
    summary: 'take limit and hold back',
    load: async () => (await import('./commands/controls/release.js')).command,
  },
  { path: ['stop'], summary: 'stop everything, now', load: async () => (await import('./commands/system/stop.js')).command },
  { path: ['resume'], summary: 'end an emergency stop', load: async () => (await import('./commands/system/resume.js')).command },
  {
    path: ['mode', 'show'],
    summary: 'which mode holds, since when, and why',
    isGroup: true,
    load: async () => (await import('./commands/mode/show.js')).command,
  },
  { path: ['mode', 'check'], summary: 'what the next mode needs', load: async () => (await import('./commands/mode/check.js')).command },
  { path: ['mode', 'explain'], summary: 'what each mode allows', load: async () => (await import('./commands/mode/explain.js')).command },
  {
    path: ['mode', 'authorise'],
    summary: 'let a mode begin, signed',
    load: async () => (await import('./commands/mode/authorise.js')).command,
  },
  { path: ['mode', 'recommend'], summary: 'yes or no to omega', load: async () => (await import('./commands/mode/recommend.js')).command },
  { path: ['mode', 'restore'], summary: 'go on after an expiry', load: async () => (await import('./commands/mode/restore.js')).command },
  { path: ['flag'], summary: 'object to what ran alone', load: async () => (await import('./commands/mode/flag.js')).command },
  { path: ['keys', 'init'], summary: 'make a key to sign with', load: async () => (await import('./commands/keys/init.js')).command },
  { path: ['keys', 'list'], summary: 'whose signatures count', load: async () => (await import('./commands/keys/list.js')).command },
  { path: ['keys', 'add'], summary: 'let a key sign for a person', load: async () => (await import('./commands/keys/add.js')).command },
  { path: ['keys', 'revoke'], summary: 'a key signs no longer', load: async () => (await import('./commands/keys/revoke.js')).command },
  {
    path: ['audit', 'tail'],
    summary: 'the newest records of the audit trail',
    load: async () => (await import('./commands/audit/tail.js')).command,
  },
  {
    path: ['audit', 'verify'],
    summary: 'was anything changed, removed or added?',
    load: async () => (await import('./commands/audit/verify.js')).command,
  },
  {
    path: ['audit', 'reconcile'],
    summary: 'do the log and the Temporal histories agree?',
    load: async () => (await import('./commands/audit/reconcile.js')).command,
  },
  {
    path: ['audit', 'export'],
    summary: 'records as JSON lines',
    load: async () => (await import('./commands/audit/export.js')).command,
  },
  {
    path: ['audit', 'report'],
    summary: 'what happened in a month',
    load: async () => (await import('./commands/audit/report.js')).command,
  },
  {
    path: ['audit', 'prove'],
    summary: 'proof that records are in the signed trail',
    load: async () => (await import('./commands/audit/prove.js')).command,
  },
  {
    path: ['audit', 'rotate'],
    summary: 'close the files of the trail, remove what is too old',
    load: async () => (await import('./commands/audit/rotate.js')).command,
  },
  { path: ['doctor'], summary: 'is everything in order?', load: async () => (await import('./commands/doctor/doctor.js')).command },
  {
    path: ['charter'],
    summary: 'the charter, and its principles',
    load: async () => (await import('./commands/system/charter.js')).command,
  },
  {
    path: ['policy', 'show'],
    summary: 'the security policy, and what of it is looser since when',
    isGroup: true,
    load: async () => (await import('./commands/policy/show.js')).command,
  },
  {
    path: ['config', 'show'],
    summary: 'the configuration with its defaults',
    load: async () => (await import('./commands/config/show.js')).command,
  },
  {
    path: ['config', 'validate'],
    summary: 'check agent.yaml and policy.json',
    load: async () => (await import('./commands/config/validate.js')).command,
  },
  { path: ['config', 'explain'], summary: 'what a key means', load: async () => (await import('./commands/config/explain.js')).command },
  { path: ['ui'], summary: 'links into the Temporal web UI', load: async () => (await import('./commands/system/ui.js')).command },
  { path: ['completion'], summary: 'completion for a shell', load: async () => (await import('./commands/system/completion.js')).command },
  { path: ['version'], summary: 'version of ubos', load: async () => (await import('./commands/system/version.js')).command },
  {
    path: ['help', 'exit-codes'],
    summary: 'what the exit codes mean',
    load: async () => (await import('./commands/system/help-exit-codes.js')).command,
  },
];

/** The verb that these words begin with, and what follows it. `ubos controls` alone, or with flags, is the verb of its group; its help is the group's. */
export function findVerb(words: readonly string[]): { readonly entry: Entry; readonly args: readonly string[] } | undefined {
  const entry = commands.find(({ path }) => path.every((word, index) => words[index] === word));
  if (entry !== undefined) return { entry, args: words.slice(entry.path.length) };
  const [first, ...args] = words;
  const isAlone = args.every((word) => word.startsWith('-') && word !== '--help' && word !== '-h');
  const group = isAlone ? commands.find(({ path, isGroup }) => isGroup === true && path[0] === first) : undefined;
  return group && { entry: group, args };
}
