import { describe, expect, it } from '@jest/globals';
import { EXIT } from '../../../../src/cli/exit-codes.js';
import { digestWords } from '../../../../src/domain/text/digest-words.js';
import type { FakeClient } from '../../support/fake-client.js';
import { aClient } from '../../support/fake-client.js';
import type { Typing } from '../../support/ubos.js';
import { ubos } from '../../support/ubos.js';
import { aView, highRisk, id, mediumRisk, otherId } from '../../support/views.js';

const question = '[q]uit ? ';
const more = '[space] more';
const press = (key: string, on = question): Typing => ({ on, type: key });
const tall = { columns: 100, rows: 200 };
const short = { columns: 100, rows: 12 };
const highWords = digestWords(aView({ document: highRisk }).digest!);
const decisions = (client: FakeClient) => client.sent.map(({ decision, proposal_id: of }) => `${decision} ${of}`);

describe('one key decides where little can go wrong (spec A5)', () => {
  it('approves low risk, with the digest of what was shown and the name of who decided', async () => {
    const view = aView();
    const client = aClient({ views: [view] });
    const { code, stdout } = await ubos(`review ${id} --by alice`, { client, keys: [press('a')], ...tall });
    expect([code, client.sent]).toEqual([
      EXIT.ok,
      [
        {
          decision: 'approve',
          by: 'alice',
          digest: view.digest,
          proposal_id: id,
          considered_seconds: 0,
          said_at: '2026-01-02T12:00:00.000Z',
        },
      ],
    ]);
    expect(stdout).toContain('✓ approved');
  });

  it('approves low risk before the text was shown to its end', async () => {
    const client = aClient();
    const { stdout } = await ubos(`review ${id}`, { client, keys: [press('a', more)], ...short });
    expect(decisions(client)).toEqual([`approve ${id}`]);
    expect(stdout).not.toContain('COMMANDS:');
  });

  it('rejects with a reason, and not without one', async () => {
    const client = aClient();
    const keys = [press('r'), press('\r', 'Why?'), press('r'), { on: 'Why?', type: 'not on a Friday\r' }];
    const { code, stdout } = await ubos(`review ${id}`, { client, keys, ...tall });
    expect([code, client.sent.map(({ decision, reason }) => [decision, reason])]).toEqual([EXIT.ok, [['reject', 'not on a Friday']]]);
    expect(stdout).toContain('Not rejected: a reason is needed.');
  });
});

describe('friction grows with risk (spec A5)', () => {
  it.each([
    { name: 'at the first screen of a long text', keys: [press('a', more), press('q', more)] },
    {
      name: 'after a rejection that was given up before the end',
      keys: [press('r', more), press('\r', 'Why?'), press('a'), press('q', more)],
    },
  ])('medium risk is not approved $name', async ({ keys }) => {
    const client = aClient({ views: [aView({ document: mediumRisk })] });
    const { untyped } = await ubos(`review ${id}`, { client, keys, ...short });
    expect([client.sent, untyped]).toEqual([[], 0]);
  });

  it('medium risk takes one key when every screen was shown', async () => {
    const client = aClient({ views: [aView({ document: mediumRisk })] });
    const keys: Typing[] = [{ on: more, type: ' ', every: true }, press('a', '[a]pprove')];
    const { stdout } = await ubos(`review ${id}`, { client, keys, ...short });
    expect(decisions(client)).toEqual([`approve ${id}`]);
    expect(stdout.indexOf('COMMANDS:')).toBeLessThan(stdout.indexOf('✓ approved'));
  });

  it.each([
    { name: 'the last four letters of the digest approve', typed: highWords.slice(-4), sent: [`approve ${id}`] },
    { name: 'so they do in capitals', typed: highWords.slice(-4).toUpperCase(), sent: [`approve ${id}`] },
    { name: 'others do not', typed: 'abab', sent: [] },
    { name: 'the last of the id do not', typed: '89ab', sent: [] },
    { name: 'all of the words do not', typed: highWords, sent: [] },
    { name: 'nothing does not', typed: '', sent: [] },
  ])('high risk: $name', async ({ typed, sent }) => {
    const client = aClient({ views: [aView({ document: highRisk })] });
    const keys = [press('a'), { on: 'Type its last four letters', type: `${typed}\r` }, press('q')];
    const { stdout } = await ubos(`review ${id}`, { client, keys, ...tall });
    expect(decisions(client)).toEqual(sent);
    const asked = stdout.slice(stdout.indexOf('RISK LEVEL HIGH. ROLLBACK PLAN:'));
    expect(asked).toContain('The old settings.ini is put back from settings.ini.bak');
    expect(asked).toContain("'mv settings.ini.bak settings.ini'");
  });
});

describe('nothing is read as consent that is none (spec U2)', () => {
  it.each([
    { name: 'Ctrl-C at the question', keys: [press('\u0003')], code: EXIT.interrupted },
    { name: 'Ctrl-C in the reason', keys: [press('r'), press('\u0003', 'Why?')], code: EXIT.interrupted },
    { name: 'Ctrl-D', keys: [press('\u0004')], code: EXIT.usage },
    { name: 'a terminal that goes away', keys: [{ on: question, type: { end: true } } satisfies Typing], code: EXIT.usage },
    {
      name: 'a terminal that goes away in the reason',
      keys: [press('r'), { on: 'Why?', type: { end: true } } satisfies Typing],
      code: EXIT.usage,
    },
    { name: 'a paste that begins with a', keys: [press('approve'), press('q')], code: EXIT.ok },
    { name: 'another key', keys: [press('y'), press('A'), press('\r'), press('q')], code: EXIT.ok },
  ])('$name decides nothing', async ({ keys, code }) => {
    const client = aClient();
    const played = await ubos(`review ${id}`, { client, keys, ...tall });
    expect([played.code, played.untyped, client.sent]).toEqual([code, 0, []]);
  });

  it('throws away what was typed before the question was on the screen', async () => {
    const client = aClient();
    // Typed while the text is still being shown, that is before its question.
    const keys = [press('a', 'PROPOSAL:'), press('q')];
    await ubos(`review ${id}`, { client, keys, ...tall });
    expect(client.sent).toEqual([]);
  });

  it.each([
    { name: 'no terminal at all', line: 'review', session: {} },
    { name: 'a pipe that says a', line: `review ${id}`, session: {} },
    { name: 'a pipe on a terminal', line: `review ${id}`, session: { tty: 'stdout' } as const },
    { name: 'a terminal whose output goes to a file', line: `review ${id}`, session: { tty: 'stdin' } as const },
    { name: '--no-input', line: `review ${id} --no-input`, session: { keys: [press('a')] } },
  ])('$name: exit code 2, nothing decided, and what to type instead', async ({ line, session }) => {
    const client = aClient();
    const { code, stderr } = await ubos(line, { client, ...session });
    expect([code, client.sent]).toEqual([EXIT.usage, []]);
    expect(stderr).toMatch(/othing was decided[\s\S]*→ ubos (approve|proposals)/);
  });
});

describe('the queue', () => {
  const waiting = () => [aView({ document: { proposal_id: otherId } }), aView()];

  it('goes on after each, and counts', async () => {
    const client = aClient({ views: waiting() });
    const { code, stderr } = await ubos('review', { client, keys: [press('s'), press('a')], ...tall });
    expect([code, decisions(client)]).toEqual([EXIT.ok, [`approve ${id}`]]);
    expect(stderr).toContain('1 approved, 0 rejected, 1 skipped');
  });

  it('one key never decides two: the second a was typed before the second text was seen', async () => {
    const client = aClient({ views: waiting() });
    await ubos('review', { client, keys: [press('a'), press('a', '✓ approved'), press('q')], ...tall });
    expect(decisions(client)).toEqual([`approve ${otherId}`]);
  });

  it('says who was faster, and goes on', async () => {
    const client = aClient({ views: waiting() });
    let raced = false;
    const racing = {
      ...client,
      decide: async (of: string, message: Parameters<FakeClient['decide']>[1]) => {
        if (!raced) await client.decide(of, { ...message, by: 'bob' });
        raced = true;
        return client.decide(of, message);
      },
    };
    const { stderr } = await ubos('review --by alice', { client: racing, keys: [press('a'), press('a')], ...tall });
    expect(stderr).toContain(`${otherId}: already approved by bob at 2026-01-02T12:00:00.000Z`);
    expect(client.sent.map(({ by }) => by)).toEqual(['bob', 'alice']);
  });
});

it('ubos review says how many more wait than it went through (spec U1)', async () => {
  const client = aClient({ change: { waiting: async () => ({ count: 731, nextDeadline: null }) } });
  const { stdout, stderr } = await ubos('review', { client, keys: [press('s')], ...tall });
  expect(stdout).toContain('1 of 731');
  expect(stderr).toContain('730 more wait: ubos review');
});
