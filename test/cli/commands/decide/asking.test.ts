import { describe, expect, it } from '@jest/globals';
import { EXIT } from '../../../../src/cli/exit-codes.js';
import { digestWords } from '../../../../src/domain/text/digest-words.js';
import type { FakeClient } from '../../support/fake-client.js';
import { aClient } from '../../support/fake-client.js';
import type { Session, Typing } from '../../support/ubos.js';
import { ubos } from '../../support/ubos.js';
import { aView, highRisk, id, mediumRisk, otherId, rolledBackView } from '../../support/views.js';

const question = '[q]uit ? ';
const more = '[space] more';
const press = (key: string, on = question): Typing => ({ on, type: key });
const tall = { columns: 100, rows: 200 };
const short = { columns: 100, rows: 12 };
const risks = { low: {}, medium: mediumRisk, high: highRisk };
const viewOf = (risk: keyof typeof risks) => aView({ document: risks[risk] });
const digestOf = (risk: keyof typeof risks) => viewOf(risk).digest!;

async function approve(
  risk: keyof typeof risks,
  flags: string,
  session: Session,
): Promise<{ client: FakeClient; code: number; stdout: string; stderr: string; untyped: number }> {
  const client = aClient({ views: [viewOf(risk)] });
  return { client, ...(await ubos(`approve ${id} ${flags}`, { client, ...session })) };
}

describe('ubos approve on a terminal (spec A5)', () => {
  it('low risk: one key, at any time, and how long it was looked at', async () => {
    const { client, code, untyped } = await approve('low', '', { keys: [press('a', more)], ...short });
    expect([code, untyped, client.sent]).toEqual([EXIT.ok, 0, [expect.objectContaining({ decision: 'approve', considered_seconds: 0 })]]);
  });

  it('medium risk: not at the first screen, and one key when every screen was shown', async () => {
    const early = await approve('medium', '', { keys: [press('a', more), press('q', more)], ...short });
    expect([early.code, early.client.sent]).toEqual([EXIT.interrupted, []]);
    const keys: Typing[] = [{ on: more, type: ' ', every: true }, press('a', '[a]pprove')];
    const read = await approve('medium', '', { keys, ...short });
    expect([read.code, read.client.sent.length]).toEqual([EXIT.ok, 1]);
    expect(read.stdout.indexOf('COMMANDS:')).toBeLessThan(read.stdout.indexOf('✓ Approved'));
  });

  it.each([
    { name: 'the last four letters of its words', typed: digestWords(digestOf('high')).slice(-4), code: EXIT.ok, sent: 1 },
    { name: 'any others, and then leaving', typed: 'abcd', code: EXIT.interrupted, sent: 0 },
  ])('high risk: the rollback once more, then $name', async ({ typed, code, sent }) => {
    const keys = [press('a'), press(`${typed}\r`, 'Type its last four letters'), ...(sent === 1 ? [] : [press('q')])];
    const played = await approve('high', '', { keys, ...tall });
    expect([played.code, played.untyped, played.client.sent.length]).toEqual([code, 0, sent]);
    const asked = played.stdout.slice(
      played.stdout.indexOf('RISK LEVEL HIGH. ROLLBACK PLAN:'),
      played.stdout.indexOf('Type its last four'),
    );
    expect(asked).toContain('The old settings.ini is put back from settings.ini.bak');
    expect(asked).toContain("'mv settings.ini.bak settings.ini'");
    expect(asked).toContain(digestWords(digestOf('high')));
  });

  it.each([
    { name: '32 digits', digest: digestOf('medium').slice(0, 32) },
    { name: 'eight words', digest: digestWords(digestOf('medium')) },
  ])('medium risk that was named by $name is not shown again', async ({ digest }) => {
    const { client, code } = await approve('medium', `--digest ${digest}`, { keys: [], ...tall });
    expect([code, client.sent.map(({ considered_seconds: considered }) => considered)]).toEqual([EXIT.ok, [undefined]]);
  });

  it.each([
    { name: 'medium risk that was named by 31 digits', risk: 'medium', digits: 31 },
    { name: 'high risk, whatever was named', risk: 'high', digits: 64 },
  ] as const)('$name is asked for all the same', async ({ risk, digits }) => {
    const { client, code, untyped } = await approve(risk, `--digest ${digestOf(risk).slice(0, digits)}`, { keys: [press('q')], ...tall });
    expect([code, untyped, client.sent]).toEqual([EXIT.interrupted, 0, []]);
  });

  it.each([
    { name: 'Ctrl-C', key: '\u0003', code: EXIT.interrupted },
    { name: 'Ctrl-D', key: '\u0004', code: EXIT.usage },
    { name: 'another key, then q', key: 'y', code: EXIT.interrupted },
  ])('$name approves nothing', async ({ key, code }) => {
    const keys = [press(key), ...(key === 'y' ? [press('q')] : [])];
    const played = await approve('low', '', { keys, ...tall });
    expect([played.code, played.client.sent]).toEqual([code, []]);
  });

  it.each([
    { name: 'calls by no known risk', view: { ...viewOf('low'), document: { ...viewOf('low').document, risk_level: 'none' as never } } },
    { name: 'calls low, though its plan is of high risk', view: { ...viewOf('high'), document: viewOf('low').document } },
    { name: 'calls high, though its plan is of low risk', view: { ...viewOf('low'), document: viewOf('high').document } },
  ])('what a server $name is treated as high', async ({ view }) => {
    const client = aClient({ views: [view] });
    const { code } = await ubos(`approve ${id}`, { client, keys: [press('a'), press('\r', 'Type its last four'), press('q')], ...tall });
    expect([code, client.sent]).toEqual([EXIT.interrupted, []]);
  });

  it('what was decided already is not asked for: exit code 5, by whom and when', async () => {
    const { document } = viewOf('medium');
    const client = aClient({ views: [{ ...rolledBackView(), document }] });
    const { code, stderr } = await ubos(`approve ${id}`, { client, keys: [], ...tall });
    expect([code, client.sent]).toEqual([EXIT.conflict, []]);
    expect(stderr).toContain('already approved by alice at 2026-01-02T11:58:59.000Z');
  });
});

describe('ubos approve without a terminal (spec U2)', () => {
  const sessions: readonly { readonly name: string; readonly flags: string; readonly session: Session }[] = [
    { name: 'in a pipe', flags: '', session: {} },
    { name: 'in a pipe whose output is a terminal', flags: '', session: { tty: 'stdout' } },
    { name: 'with its output in a file', flags: '', session: { tty: 'stdin' } },
    { name: 'with --no-input', flags: '--no-input', session: { keys: [press('a')] } },
    { name: 'with --json on a terminal', flags: '--json', session: { keys: [press('a')] } },
    { name: 'with --print-signal into a file', flags: '--print-signal', session: {} },
  ];

  it.each(sessions.flatMap((each) => (['medium', 'high'] as const).map((risk) => ({ ...each, risk }))))(
    '$risk risk $name: exit code 2, nothing decided, and what to type',
    async ({ risk, flags, session }) => {
      const { client, code, stdout, stderr } = await approve(risk, flags, session);
      expect([code, client.sent, stdout]).toEqual([EXIT.usage, [], '']);
      expect(stderr).toContain(`of ${risk} risk, and there is no terminal to show it on: nothing was decided`);
      expect(stderr).toContain(`ubos approve ${id} --digest`);
    },
  );

  it.each(['medium', 'high'] as const)('%s risk needs to be named, by 32 digits or eight words', async (risk) => {
    const digest = digestOf(risk);
    const named = await Promise.all(
      [digest.slice(0, 31), digestWords(digest, 7), digest.slice(0, 32), digestWords(digest), digest].map(async (text) => {
        const { code, client } = await approve(risk, `--digest ${text}`, {});
        return [code, client.sent.length];
      }),
    );
    const done = [EXIT.ok, 1];
    expect(named).toEqual([[EXIT.usage, 0], [EXIT.usage, 0], done, done, done]);
  });

  it('low risk needs nothing but the command, and nobody says how long it was looked at', async () => {
    const { client, code } = await approve('low', '', {});
    expect([code, client.sent.map(({ considered_seconds: considered }) => considered)]).toEqual([EXIT.ok, [undefined]]);
  });

  it.each(['dead-beef', 'lusab-babad'])('another digest, %s, is a conflict', async (digest) => {
    const { client, code, stderr } = await approve('low', `--digest ${digest}`, {});
    expect([code, client.sent]).toEqual([EXIT.conflict, []]);
    expect(stderr).toContain('Nothing done.');
  });

  it('breaking the glass is asked for like an approval', async () => {
    const client = aClient({ views: [viewOf('high')] });
    const piped = await ubos(`break-glass ${id} --reason urgent`, { client });
    expect([piped.code, client.sent]).toEqual([EXIT.usage, []]);
    const named = await ubos(`break-glass ${id} --reason urgent --digest ${digestOf('high').slice(0, 32)}`, { client });
    expect([named.code, client.sent.map(({ decision }) => decision)]).toEqual([EXIT.ok, ['break_glass']]);
  });

  it('several at once are of low risk, and none of them is named', async () => {
    const client = aClient({ views: [aView(), aView({ document: { proposal_id: otherId } })] });
    expect((await ubos(`approve ${id} ${otherId} --digest ${digestOf('low')}`, { client })).code).toBe(EXIT.usage);
    expect((await ubos(`approve ${id} ${otherId}`, { client })).code).toBe(EXIT.ok);
  });
});
