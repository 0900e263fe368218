import type { Verb } from './verb.js';

/** What is proposed, and what people say to it. */
export const proposalsVerbs: readonly Verb[] = [
  {
    path: ['proposals', 'list'],
    summary: 'what waits for a decision',
    load: async () => (await import('../commands/proposals/list.js')).command,
  },
  {
    path: ['proposals', 'show'],
    summary: 'one proposal, and what happened to it',
    load: async () => (await import('../commands/proposals/show.js')).command,
  },
  {
    path: ['proposals', 'history'],
    summary: 'its Temporal history in plain words',
    load: async () => (await import('../commands/proposals/history.js')).command,
  },
  {
    path: ['proposals', 'cancel'],
    summary: 'withdraw it, or stop it while it runs',
    load: async () => (await import('../commands/decide/cancel.js')).command,
  },
  {
    path: ['review'],
    summary: 'review one, or on a terminal all that wait',
    load: async () => (await import('../commands/decide/review.js')).command,
  },
  {
    path: ['approve'],
    summary: 'approve exactly what review shows',
    load: async () => (await import('../commands/decide/approve.js')).command,
  },
  { path: ['reject'], summary: 'reject, with a reason', load: async () => (await import('../commands/decide/reject.js')).command },
  { path: ['extend'], summary: 'move a deadline', load: async () => (await import('../commands/decide/extend.js')).command },
  {
    path: ['resolve'],
    summary: 'settle an indeterminate run',
    load: async () => (await import('../commands/decide/resolve.js')).command,
  },
  {
    path: ['withdraw'],
    summary: 'take back your approval',
    load: async () => (await import('../commands/decide/withdraw.js')).command,
  },
  {
    path: ['break-glass'],
    summary: 'start what is of high risk alone',
    load: async () => (await import('../commands/decide/break-glass.js')).command,
  },
  { path: ['preview'], summary: 'what would it change?', load: async () => (await import('../commands/proposals/preview.js')).command },
  { path: ['propose'], summary: 'propose an action', load: async () => (await import('../commands/proposals/propose.js')).command },
  {
    path: ['check'],
    summary: 'check a proposal file, without a server',
    load: async () => (await import('../commands/proposals/check.js')).command,
  },
  { path: ['watch'], summary: 'see states change', load: async () => (await import('../commands/proposals/watch.js')).command },
  { path: ['logs'], summary: 'output of an action', load: async () => (await import('../commands/proposals/logs.js')).command },
];
