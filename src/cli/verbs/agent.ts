import type { Verb } from './verb.js';

/** What the agent is there for, and what it thinks. */
export const agentVerbs: readonly Verb[] = [
  { path: ['status'], summary: 'what runs and what waits', load: async () => (await import('../commands/system/status.js')).command },
  { path: ['think'], summary: 'trigger a thinking cycle now', load: async () => (await import('../commands/system/think.js')).command },
  {
    path: ['missions', 'list'],
    summary: 'what the vessel is there for, and what of it is reached',
    isGroup: true,
    load: async () => (await import('../commands/missions/list.js')).command,
  },
  {
    path: ['missions', 'add'],
    summary: 'make a mission of a sentence',
    load: async () => (await import('../commands/missions/add.js')).command,
  },
  {
    path: ['missions', 'check'],
    summary: 'what is wrong in their file, and what is reached now',
    load: async () => (await import('../commands/missions/check.js')).command,
  },
  { path: ['oracle', 'ask'], summary: 'one question to an oracle', load: async () => (await import('../commands/oracle/ask.js')).command },
  {
    path: ['playbooks', 'list'],
    summary: 'playbooks, and which are approved beforehand',
    isGroup: true,
    load: async () => (await import('../commands/playbooks/list.js')).command,
  },
  {
    path: ['playbooks', 'show'],
    summary: 'one playbook, and what it would do',
    load: async () => (await import('../commands/playbooks/show.js')).command,
  },
  {
    path: ['playbooks', 'validate'],
    summary: 'what is wrong in the file of playbooks',
    load: async () => (await import('../commands/playbooks/validate.js')).command,
  },
  {
    path: ['playbooks', 'test'],
    summary: 'would it fire now?',
    load: async () => (await import('../commands/playbooks/test.js')).command,
  },
  {
    path: ['playbooks', 'approve'],
    summary: 'let a playbook run in an earned mode',
    load: async () => (await import('../commands/playbooks/approve.js')).command,
  },
  {
    path: ['playbooks', 'revoke'],
    summary: 'ask people about it each time again',
    load: async () => (await import('../commands/playbooks/revoke.js')).command,
  },
];
