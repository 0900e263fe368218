import { describe, expect, it } from '@jest/globals';
import { EXIT, exitCodeOf, exitMeanings } from '../../src/cli/exit-codes.js';
import { JanusError } from '../../src/domain/errors.js';
import { aClient } from './support/fake-client.js';
import type { Session } from './support/ubos.js';
import { aConfig, aHealth, ubos } from './support/ubos.js';
import { aView, id, mediumRisk, otherId, rolledBackView } from './support/views.js';

const failing = (problem: Error) => aClient({ change: { list: () => Promise.reject(problem) } });
const ended = (status: 'rejected' | 'rolled_back' | 'rollback_failed' | 'expired') => aClient({ outcome: { status } });

interface Case {
  readonly name: string;
  readonly line: string;
  readonly session?: Session;
  readonly code: number;
  readonly stderr: RegExp;
}

const cases: readonly Case[] = [
  { name: 'it worked', line: 'proposals list', code: EXIT.ok, stderr: /1 waiting/ },
  {
    name: 'a bug',
    line: 'proposals list',
    session: { client: failing(new TypeError('x is undefined')) },
    code: EXIT.failure,
    stderr: /unexpected: x is undefined[\s\S]*--debug/,
  },
  {
    name: 'an unknown verb',
    line: 'aprove 0123456789ab',
    code: EXIT.usage,
    stderr: /unknown command 'aprove'\n {2}→ did you mean: ubos approve\n/,
  },
  {
    name: 'an unknown second word',
    line: 'proposals lst',
    code: EXIT.usage,
    stderr: /unknown command 'lst'\n {2}→ did you mean: ubos proposals list\n/,
  },
  {
    name: 'a second word like none',
    line: 'audit zzzzzzz',
    code: EXIT.usage,
    stderr: /unknown command 'zzzzzzz'\n {2}→ ubos audit --help\n/,
  },
  { name: 'help about an unknown verb', line: 'help aprove', code: EXIT.usage, stderr: /did you mean: ubos approve\n/ },
  {
    name: 'the help of an unknown second word',
    line: 'proposals lst --help',
    code: EXIT.usage,
    stderr: /did you mean: ubos proposals list\n/,
  },
  { name: 'an unknown flag', line: 'approve --frce', code: EXIT.usage, stderr: /--frce/ },
  {
    name: 'reject without a reason',
    line: `reject ${id}`,
    code: EXIT.usage,
    stderr: /--reason is required[\s\S]*ubos reject janus-0123456789ab --reason/,
  },
  { name: 'reject with an empty reason', line: `reject ${id} --reason=`, code: EXIT.usage, stderr: /--reason is required/ },
  {
    name: 'reject with a short reason',
    line: `reject ${id} --reason no`,
    code: EXIT.usage,
    stderr: /--reason "no" is too short, at least 3/,
  },
  { name: 'resolve without a reason', line: `resolve ${id} completed`, code: EXIT.usage, stderr: /--reason is required/ },
  { name: 'resolve to something else', line: `resolve ${id} fine --reason why`, code: EXIT.usage, stderr: /neither completed nor failed/ },
  { name: 'a duration that is none', line: `extend ${id} soon`, code: EXIT.usage, stderr: /"soon" is no duration/ },
  { name: 'a word too many', line: `proposals cancel ${id} now`, code: EXIT.usage, stderr: /"now" is one word too many/ },
  { name: 'a prefix that is too short', line: 'approve 01234', code: EXIT.usage, stderr: /"01234" is no proposal id/ },
  { name: 'no id', line: 'approve', code: EXIT.usage, stderr: /which proposal\?/ },
  { name: 'a state that is none', line: 'proposals list --state done', code: EXIT.usage, stderr: /"done" is no state[\s\S]*completed/ },
  { name: 'a limit that is none', line: 'proposals list --limit many', code: EXIT.usage, stderr: /1 to 10000/ },
  { name: 'an output that is none', line: 'status -o yaml', code: EXIT.usage, stderr: /"yaml" is no output format/ },
  { name: 'ids of something without ids', line: 'status -o id', code: EXIT.usage, stderr: /-o id is for/ },
  { name: 'a shell that is none', line: 'completion constructor', code: EXIT.usage, stderr: /which shell/ },
  {
    name: 'several of more than low risk',
    line: `approve ${id} ${otherId}`,
    session: { client: aClient({ views: [aView(), aView({ document: { ...mediumRisk, proposal_id: otherId } })] }) },
    code: EXIT.usage,
    stderr: /of medium risk: only low risk/,
  },
  { name: 'a proposal from two places', line: `propose -f x.yaml --from ${id}`, code: EXIT.usage, stderr: /one place/ },
  { name: 'a proposal from nowhere', line: 'propose', code: EXIT.usage, stderr: /what is to be proposed/ },
  { name: 'a file that is not there', line: 'check no-such.yaml', code: EXIT.usage, stderr: /no-such\.yaml cannot be read: no such file/ },
  {
    name: 'a limit of the sandbox that is none',
    line: 'sandbox run --limit speed=9 -- /bin/true',
    code: EXIT.usage,
    stderr: /"speed" is no limit/,
  },
  {
    name: 'an unknown proposal',
    line: `proposals show ${otherId}`,
    code: EXIT.notFound,
    stderr: /there is no proposal janus-ba9876543210/,
  },
  { name: 'a prefix of nothing', line: 'proposals show ffffff', code: EXIT.notFound, stderr: /there is no proposal ffffff/ },
  {
    name: 'not permitted',
    line: 'proposals list',
    session: { client: failing(new JanusError('NOT_PERMITTED', 'no')) },
    code: EXIT.notPermitted,
    stderr: /no/,
  },
  {
    name: 'decided already',
    line: `approve ${id}`,
    session: { client: aClient({ views: [rolledBackView()] }) },
    code: EXIT.conflict,
    stderr: /already approved by alice at 2026-01-02T11:58:59\.000Z; now it is rolled_back\. Nothing done/,
  },
  {
    name: 'another digest than was read',
    line: `approve ${id} --digest dead-beef`,
    code: EXIT.conflict,
    stderr: /not deadbeef\. Nothing done/,
  },
  {
    name: 'a plan that is not what its digest says',
    line: `approve ${id}`,
    session: { client: aClient({ views: [aView({ digest: 'f'.repeat(64) })] }) },
    code: EXIT.conflict,
    stderr: /do not approve/,
  },
  {
    name: 'waited: rejected',
    line: `approve ${id} --wait`,
    session: { client: ended('rejected') },
    code: EXIT.endedBadly,
    stderr: /ubos logs/,
  },
  {
    name: 'waited: expired',
    line: `approve ${id} --wait`,
    session: { client: ended('expired') },
    code: EXIT.endedBadly,
    stderr: /ubos logs/,
  },
  {
    name: 'waited: rolled back',
    line: `approve ${id} --wait`,
    session: { client: ended('rolled_back') },
    code: EXIT.rolledBack,
    stderr: /ubos logs/,
  },
  {
    name: 'waited: the rollback failed',
    line: `approve ${id} --wait`,
    session: { client: ended('rollback_failed') },
    code: EXIT.rollbackFailed,
    stderr: /ubos logs/,
  },
  {
    name: 'watched: rolled back',
    line: `watch ${id}`,
    session: { client: aClient({ views: [rolledBackView()] }) },
    code: EXIT.rolledBack,
    stderr: /^$/,
  },
  {
    name: 'no worker, and asked for the exit code',
    line: 'status --exit-code',
    session: { health: aHealth({ polled: { brain: true, mind: true, hands: false } }) },
    code: EXIT.degraded,
    stderr: /^$/,
  },
  {
    name: 'no worker, and not asked for it',
    line: 'status',
    session: { health: aHealth({ polled: { brain: true, mind: true, hands: false } }) },
    code: EXIT.ok,
    stderr: /^$/,
  },
  {
    name: 'no bubblewrap',
    line: 'doctor',
    session: { config: aConfig({ sandbox: { bwrapPath: '/nonexistent/bwrap', account: 'nobody' } }) },
    code: EXIT.degraded,
    stderr: /^$/,
  },
  {
    name: 'no server',
    line: 'proposals list',
    session: { client: failing(new JanusError('TEMPORAL_UNREACHABLE', 'Temporal is not reachable', { next: 'npm start' })) },
    code: EXIT.unreachable,
    stderr: /not reachable\n {2}→ npm start/,
  },
  {
    name: 'nobody answers',
    line: 'proposals list',
    session: { client: failing(new JanusError('TIMEOUT', 'no worker answered')) },
    code: EXIT.timeout,
    stderr: /no worker answered/,
  },
];

describe('exit codes (spec U2)', () => {
  it.each(cases)('$code: $name', async ({ line, session = {}, code, stderr }) => {
    const played = await ubos(line, session);
    expect([played.code, played.stderr]).toEqual([code, expect.stringMatching(stderr)]);
  });

  it('each has a meaning in `ubos help exit-codes`, once', async () => {
    expect(exitMeanings.map(([code]) => code)).toEqual(Object.values(EXIT));
    expect((await ubos('help exit-codes')).stdout.match(/^\d+/gm)?.map(Number)).toEqual(Object.values(EXIT));
  });

  it('an ambiguous prefix names its candidates and decides nothing', async () => {
    const client = aClient({ views: [aView(), aView({ document: { proposal_id: 'janus-012345ffffff' } })] });
    const { code, stderr } = await ubos('approve 012345', { client });
    expect([code, client.sent]).toEqual([EXIT.usage, []]);
    expect(stderr).toContain('012345 fits 2 proposals: janus-0123456789ab, janus-012345ffffff');
    expect(exitCodeOf('AMBIGUOUS_ID')).toBe(EXIT.usage);
  });

  it('several are looked at before the first is decided', async () => {
    const client = aClient();
    const { code } = await ubos(`approve ${id} ${otherId}`, { client });
    expect([code, client.sent]).toEqual([EXIT.notFound, []]);
  });
});
