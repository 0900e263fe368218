import type { Verb } from './verb.js';

/** What bounds the actions and the agent. */
export const controlsVerbs: readonly Verb[] = [
  {
    path: ['sandbox', 'run'],
    summary: 'try a command in the sandbox of actions',
    load: async () => (await import('../commands/sandbox/run.js')).command,
  },
  {
    path: ['sandbox', 'collect'],
    summary: 'list what would be collected from a workspace',
    load: async () => (await import('../commands/sandbox/collect.js')).command,
  },
  {
    path: ['sandbox', 'cleanup'],
    summary: 'remove a workspace, however it looks',
    load: async () => (await import('../commands/sandbox/cleanup.js')).command,
  },
  {
    path: ['controls', 'show'],
    summary: 'what governor and relief valve do, and why',
    isGroup: true,
    load: async () => (await import('../commands/controls/show.js')).command,
  },
  {
    path: ['controls', 'watch'],
    summary: 'the same at every tick',
    load: async () => (await import('../commands/controls/watch.js')).command,
  },
  {
    path: ['controls', 'set'],
    summary: 'how many actions run at most',
    load: async () => (await import('../commands/controls/set.js')).command,
  },
  { path: ['controls', 'hold'], summary: 'start nothing new', load: async () => (await import('../commands/controls/hold.js')).command },
  {
    path: ['controls', 'release'],
    summary: 'take limit and hold back',
    load: async () => (await import('../commands/controls/release.js')).command,
  },
  { path: ['stop'], summary: 'stop everything, now', load: async () => (await import('../commands/system/stop.js')).command },
  { path: ['resume'], summary: 'end an emergency stop', load: async () => (await import('../commands/system/resume.js')).command },
  {
    path: ['mode', 'show'],
    summary: 'which mode holds, since when, and why',
    isGroup: true,
    load: async () => (await import('../commands/mode/show.js')).command,
  },
  { path: ['mode', 'check'], summary: 'what the next mode needs', load: async () => (await import('../commands/mode/check.js')).command },
  { path: ['mode', 'explain'], summary: 'what each mode allows', load: async () => (await import('../commands/mode/explain.js')).command },
  {
    path: ['mode', 'authorise'],
    summary: 'let a mode begin, signed',
    load: async () => (await import('../commands/mode/authorise.js')).command,
  },
  { path: ['mode', 'recommend'], summary: 'yes or no to omega', load: async () => (await import('../commands/mode/recommend.js')).command },
];
