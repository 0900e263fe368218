import { describe, expect, it } from '@jest/globals';
import { healthFacts, judgeHealth } from '../../../src/domain/health/facts.js';
import type { HealthReadings, RulingFile } from '../../../src/domain/health/readings.js';
import type { SeenSigns, Trouble } from '../../../src/domain/health/vital-signs.js';

const now = Date.parse('2026-01-02T12:00:00.000Z');
const ago = (seconds: number) => new Date(now - seconds * 1_000).toISOString();

const signs = (change: Partial<SeenSigns> = {}): SeenSigns => ({
  role: 'all',
  pid: 7,
  startTicks: '1',
  startedAt: ago(3_600),
  at: ago(1),
  policyVersion: 'aaaa',
  hasSigners: true,
  lastTickAt: ago(1),
  troubles: [],
  isThere: true,
  ...change,
});
const file = (change: Partial<RulingFile> = {}): RulingFile => ({
  file: '/etc/janus/policy.json',
  mode: 0o644,
  uid: 0,
  gid: 0,
  isFolder: false,
  ...change,
});
const trouble = (fact: Trouble['fact']): Partial<HealthReadings> => ({
  vitals: [signs({ troubles: [{ fact, of: '/var/thing', why: 'no room', since: ago(60) }] })],
});

function readings(change: Partial<HealthReadings> = {}): HealthReadings {
  return {
    now,
    vitals: [signs()],
    restarts: {},
    polled: { brain: true, mind: true, hands: true },
    configuration: { agentFile: '/etc/janus/agent.yaml', policyVersion: 'aaaa', problems: [], keepsTo: undefined, ruling: [file()] },
    signers: { file: '/etc/janus/allowed_signers', isThere: true, wasThere: true, isOff: false },
    hook: { script: '/etc/janus/notify', state: 'ready' },
    tickSeconds: 0.5,
    backup: { enabled: false },
    guard: { state: 'alive', pid: 9 },
    emergencyStop: undefined,
    ...change,
  };
}
const configured = (change: Partial<HealthReadings['configuration']>) => ({
  configuration: { ...readings().configuration, ...change },
});
const signers = (change: Partial<HealthReadings['signers']>) => ({ signers: { ...readings().signers, ...change } });

/** Each part as a process of its own. */
const split = [
  signs({ role: 'brain', lastTickAt: undefined }),
  signs({ role: 'notifier', pid: 9, lastTickAt: undefined }),
  signs({ role: 'hands', pid: 10 }),
];

/** What does not hold: "id: detail". */
const wrong = (change: Partial<HealthReadings>) =>
  judgeHealth(readings(change)).flatMap(({ id, ok, detail }) => (ok ? [] : [`${id}: ${detail}`]));

const broken: readonly (readonly [string, Partial<HealthReadings>, readonly RegExp[]])[] = [
  [
    'a worker stopped for 11 s',
    { vitals: [signs({ at: ago(11) })] },
    [/^worker: worker all \(pid 7\) stands still: it last moved 11 s ago/],
  ],
  [
    'one that stands still beside one that runs',
    { vitals: [signs(), signs({ pid: 8, at: ago(11) })] },
    [/^worker: .*pid 8\) stands still/],
  ],
  ['a worker that was killed', { vitals: [signs({ at: ago(11), isThere: false })] }, [/^worker: .* is gone since .*did not end in order/]],
  ['a worker that was stopped', { vitals: [signs({ at: ago(11), stoppedAt: ago(11), isThere: false })] }, [/^worker: .* was stopped at/]],
  [
    'hands that were killed, while the brain runs',
    { vitals: [...split.slice(0, 2), signs({ role: 'hands', pid: 8, at: ago(60), isThere: false })] },
    [/^worker: worker hands/],
  ],
  ['a queue that nobody polls', { polled: { brain: true, mind: true, hands: false } }, [/^temporal: hands: nobody polls/]],
  ['an emergency stop', { emergencyStop: { found: '/x exists', next: 'rm /x' } }, [/^emergency_stop: \/x exists: nothing starts/]],
  [
    'a backup that was put back',
    { backup: { enabled: true, restored: 'the backup of then was put back' } },
    [/^backups: .* put back: nothing runs until somebody says/],
  ],
  ['backups that nobody has made', { backup: { enabled: true } }, [/^backups: backups are configured, and none was made yet/]],
  [
    'a backup that failed',
    { backup: { enabled: true, last: { at: '', snapshot: '', problem: 'no room' } } },
    [/^backups: the newest backup failed: no room/],
  ],
  [
    'a backup that is old',
    { backup: { enabled: true, last: { at: ago(51 * 3_600), snapshot: 'ab' } } },
    [/^backups: the newest backup is 51 hours old/],
  ],
  [
    'a port of the metrics that somebody else has',
    trouble('metrics'),
    [/^metrics: nobody can read metrics at \/var\/thing: no room \(since 2026/],
  ],
  [
    'a cockpit to which nothing was ever sent, with a key that others may read',
    { cockpit: { keyFile: '/k', isKeyOpen: true } },
    [/^cockpit: \/k may be read by others/, /^cockpit: no copy of the trail was ever sent/],
  ],
  [
    'a unit that was started again and again',
    { restarts: { 'janus-egress': [now - 5_000], janus_agentd: [599, 60, 1].map((seconds) => now - seconds * 1_000) } },
    [/^restarts: janus_agentd ended and was started again 3 times within 10 minutes/],
  ],
  [
    'a cockpit that cannot be reached',
    { cockpit: { keyFile: '/k', isKeyOpen: false, last: { at: ago(60), problem: { message: 'refused' } } } },
    [/^cockpit: no copy of the trail reaches the cockpit: refused/],
  ],
  [
    'a copy that is old',
    { cockpit: { keyFile: '/k', isKeyOpen: false, last: { at: ago(4 * 3_600) } } },
    [/^cockpit: the copy of the trail on the cockpit is 4 hours old/],
  ],
  ['no guard beside the hands', { guard: undefined }, [/^guard: no guard runs: /]],
  ['a guard that was killed', { guard: { state: 'gone', pid: 9 } }, [/^guard: no guard runs: /]],
  ['a guard that stands still', { guard: { state: 'still', pid: 9 } }, [/^guard: the guard \(pid 9\) stands still/]],
  [
    'a configuration that differs',
    configured({ policyVersion: 'bbbb' }),
    [/^configuration: worker all \(pid 7\) holds policy version aaaa; .* are bbbb/],
  ],
  ['a broken file of playbooks', configured({ problems: ['playbooks.json:3: x'] }), [/^configuration: playbooks.json:3: x/]],
  [
    'a policy that everybody may write',
    configured({ ruling: [file({ mode: 0o646 })] }),
    [/^permissions: .*policy.json may be written by everybody/],
  ],
  ['a policy that a group may write', configured({ ruling: [file({ mode: 0o664, gid: 50 })] }), [/^permissions: .* by the group 50/]],
  [
    'a folder that everybody may write',
    configured({ ruling: [file({ file: '/srv', mode: 0o777, isFolder: true })] }),
    [/^permissions: \/srv /],
  ],
  ['keys that were there', signers({ isThere: false }), [/^keys: .*allowed_signers is gone/]],
  ['keys that the worker holds, and nobody may see whether they were there', signers({ isThere: false, wasThere: false }), [/^keys: /]],
  ['a trail that takes no records', trouble('trail'), [/^trail: \/var\/thing takes no records, so nothing starts: no room \(since 2026/]],
  [
    'a script that cannot run',
    { hook: { script: '/x', state: 'broken', why: 'not executable' } },
    [/^hooks: \/x cannot run, .*: not executable/],
  ],
  [
    'a comms hub that takes nothing, where no script is wanted',
    { ...trouble('hooks'), hook: undefined },
    [/^hooks: \/var\/thing failed: no room/],
  ],
  ['a script that failed', trouble('hooks'), [/^hooks: \/var\/thing failed: no room/]],
  ['a notifier that cannot follow', trouble('notifier'), [/^notifier: nobody is told what happens: \/var\/thing: no room/]],
  [
    'a brain beside which no notifier has run',
    { vitals: [signs({ role: 'brain' }), signs({ role: 'hands', pid: 8 })] },
    [/^notifier: no notifier runs: nobody is told/],
  ],
  [
    'a notifier that was killed',
    { vitals: [signs({ role: 'brain' }), signs({ role: 'notifier', pid: 8, at: ago(60), isThere: false })] },
    [/^worker: worker notifier \(pid 8\) is gone/],
  ],
  [
    'a notifier of its own whose script fails',
    { vitals: [signs({ role: 'brain' }), signs({ ...trouble('hooks').vitals?.[0], role: 'notifier', pid: 8 })] },
    [/^hooks: \/var\/thing failed: no room/],
  ],
  ['workspaces that are read-only', trouble('workspaces'), [/^workspaces: \/var\/thing cannot be written, so no action runs: no room/]],
  ['an escapement that stands still', { vitals: [signs({ lastTickAt: ago(11) })] }, [/^escapement: .* stands still since/]],
  [
    'one that never began',
    { vitals: [signs({ lastTickAt: undefined, startedAt: ago(31) })] },
    [/^escapement: .* has not ticked since its start/],
  ],
];

const sound: readonly (readonly [string, Partial<HealthReadings>])[] = [
  ['nothing', {}],
  ['a backup of last night', { backup: { enabled: true, last: { at: ago(10 * 3_600), snapshot: 'ab' } } }],
  [
    'a unit that crashed twice just now, and often an hour ago',
    { restarts: { 'janus-hands': [3_600, 3_599, 3_598, 20, 10].map((seconds) => now - seconds * 1_000) } },
  ],
  ['a copy of an hour ago', { cockpit: { keyFile: '/k', isKeyOpen: false, last: { at: ago(3_600) } } }],
  ['a worker that has just been busy', { vitals: [signs({ at: ago(9) })] }],
  ['a killed worker that another stands in for', { vitals: [signs(), signs({ pid: 8, at: ago(60), isThere: false })] }],
  [
    'a stopped one that brain and hands stand in for',
    { vitals: [...split, signs({ pid: 11, at: ago(60), stoppedAt: ago(60), isThere: false })] },
  ],
  ['a machine where no worker has run', { vitals: [], ...signers({ wasThere: false, isThere: false }) }],
  ['brain and notifier without hands, which do not tick', { vitals: split.slice(0, 2) }],
  ['all three parts', { vitals: split }],
  ['an escapement that is about to begin', { vitals: [signs({ lastTickAt: undefined, startedAt: ago(20) })] }],
  ['one with a long interval', { tickSeconds: 5, vitals: [signs({ lastTickAt: ago(40) })] }],
  ['a policy that a group of one may write', configured({ ruling: [file({ mode: 0o664, uid: 1_000, gid: 1_000 })] })],
  ['a folder with the sticky bit', configured({ ruling: [file({ mode: 0o1777, isFolder: true })] })],
  ['no keys where none have been', { ...signers({ isThere: false, wasThere: false }), vitals: [signs({ hasSigners: false })] }],
  ['no keys where none are asked for', signers({ isThere: false, isOff: true })],
  ['a script that is not installed', { hook: { script: '/x', state: 'absent' } }],
  ['no script', { hook: undefined }],
  ['a server that was not asked', { polled: undefined }],
  [
    'what a worker said that is gone',
    { vitals: [signs(), { ...signs(trouble('trail').vitals![0]), pid: 8, at: ago(60), isThere: false }] },
  ],
];

describe('the facts of health (spec O3)', () => {
  it.each(broken)('%s: not healthy', (_, change, expected) => {
    expect(wrong(change)).toEqual(expected.map((pattern): unknown => expect.stringMatching(pattern)));
  });

  it.each(sound)('%s: healthy', (_, change) => {
    expect(wrong(change)).toEqual([]);
  });

  it('each have a case that breaks them, and say what can be typed', () => {
    const found = broken.flatMap(([, change]) => judgeHealth(readings(change)).filter(({ ok }) => !ok));
    expect(new Set(found.map(({ id }) => id))).toEqual(new Set(healthFacts.map(({ id }) => id)));
    expect(found.filter(({ next }) => next === undefined)).toEqual([]);
  });
});
