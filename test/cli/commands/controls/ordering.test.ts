import { describe, expect, it } from '@jest/globals';
import type { StandingView } from '../../../../src/contract/orders.js';
import { aVessel } from '../../support/fake-vessel.js';
import { printed } from '../../support/printed.js';
import { ubos } from '../../support/ubos.js';

const why = ['--reason', 'we look', '--by', 'ana'];
const setting: StandingView['setting'] = {
  ...{ id: 'order-0123456789ab', limit: 2, hold: true, by: 'bo', reason: 'too slow', at: '2026-01-02T11:00:00.000Z' },
};

describe('ubos controls set, hold, release (spec G2)', () => {
  it('hold is sent with its reason, and says what stands', async () => {
    const vessel = aVessel({ setting });
    const { code, stdout, stderr } = await ubos(['controls', 'hold', ...why], { vessel });
    expect([code, vessel.ordered]).toEqual([0, [{ kind: 'hold', reason: 'we look', by: 'ana' }]]);
    expect(stdout).toBe('✓ Starts are held\n');
    expect(stderr).toBe('  limit 2 of 4, starts are held; order-0123456789ab by bo: too slow\n');
  });

  it.each(['controls hold --reason why', 'controls set --max 1 --reason why', 'controls release order-0123456789ab --reason why'])(
    'is an order: ubos %s',
    async (line) => {
      const vessel = aVessel({ setting });
      expect([(await ubos(line, { vessel })).code, vessel.ordered.length]).toEqual([0, 1]);
    },
  );

  it.each([
    [`controls release ${setting.id} --reason why --by ana`, { of: setting.id, reason: 'why', by: 'ana', kind: 'release' }],
    ['controls hold --reason looking --by ana', { kind: 'hold', reason: 'looking', by: 'ana' }],
  ])('sends nothing with --print-signal: ubos %s', async (line, message) => {
    const vessel = aVessel({ setting });
    const { code, stdout } = await ubos(`${line} --print-signal`, { vessel });
    const [, sent = ''] = /--input '(.*)'\n$/.exec(stdout) ?? [];
    expect([code, vessel.ordered, JSON.parse(sent)]).toEqual([0, [], message]);
    expect(stdout).toMatch(/^temporal workflow signal --namespace default --workflow-id janus-test-vessel --name order --input /);
    const json = await ubos(`${line} --print-signal --json`, { vessel });
    expect(printed(json.stdout, 'order-signal')).toMatchObject({ kind: message.kind, signed: false, command: stdout.trimEnd() });
  });

  it('prints the order for programs', async () => {
    const { stdout } = await ubos(['controls', 'hold', ...why, '--json'], { vessel: aVessel({ setting }) });
    expect(printed(stdout, 'order')).toMatchObject({
      ...{ kind: 'hold', of: null, by: 'ana', signed: false, code: 'ACCEPTED', hands: { cleared: [], problem: null } },
      standing: { stops: [], setting: { id: setting.id, limit: 2, hold: true }, limit_max: 4 },
    });
  });

  it('a lower limit needs no name, a higher one names what stands', async () => {
    const vessel = aVessel({ setting });
    expect((await ubos(['controls', 'set', '--max', '1', ...why], { vessel })).code).toBe(0);
    expect((await ubos(['controls', 'set', '--max', '3', setting.id, ...why], { vessel })).code).toBe(0);
    const { code, stderr } = await ubos(['controls', 'set', '--max', '3', ...why], { vessel });
    expect(code).toBe(2);
    expect(stderr).toContain(`ubos controls set --max 3 ${setting.id} --reason 'why'`);
    expect(vessel.ordered).toEqual([
      { kind: 'limit', limit: 1, reason: 'we look', by: 'ana', of: undefined },
      { kind: 'limit', limit: 3, reason: 'we look', by: 'ana', of: setting.id },
    ]);
  });

  it.each<[string, readonly string[], number, RegExp]>([
    ['above the configuration', ['set', '--max', '5', ...why], 2, /--max 5 is more than harness\.max_concurrency, which is 4/],
    ['no actions', ['set', '--max', '0', ...why], 2, /--max "0" is no number of actions/],
    ['no number', ['set', '--max', 'many', ...why], 2, /--max "many"/],
    ['no --max', ['set', ...why], 2, /--max ""/],
    ['no reason', ['hold'], 2, /--reason is required/],
    ['a word too many', ['hold', 'now', ...why], 2, /"now" is one word too many/],
    ['no name, and nobody to ask', ['release', ...why], 2, /has to be named, and there is no terminal/],
    ['another name', ['release', 'order-ffffffffffff', ...why], 5, /is not what stands now: order-0123456789ab/],
  ])('orders nothing: %s', async (_, line, code, words) => {
    const vessel = aVessel({ setting });
    const played = await ubos(['controls', ...line], { vessel, columns: 400 });
    expect([played.code, vessel.ordered]).toEqual([code, []]);
    expect(played.stderr).toMatch(words);
    expect(played.stderr).toMatch(/→ ubos (?:controls|config explain)/);
  });

  it('release is typed in full on a terminal, after what stands was shown', async () => {
    const typing = (type: string) => [{ on: `Type ${setting.id} to release`, type: `${type}\r` }];
    const vessel = aVessel({ setting });
    const done = await ubos(['controls', 'release', ...why], { vessel, keys: typing(setting.id) });
    expect([done.code, vessel.ordered]).toEqual([0, [{ kind: 'release', of: setting.id, reason: 'we look', by: 'ana' }]]);
    expect(done.stdout).toContain('limit 2 of 4, starts are held');
    const other = aVessel({ setting });
    expect((await ubos(['controls', 'release', ...why], { vessel: other, keys: typing('order-0123') })).code).toBe(5);
    expect((await ubos(['controls', 'release', ...why], { vessel: other, keys: typing('') })).code).toBe(130);
    expect(other.ordered).toEqual([]);
  });

  it.each<[string, number]>([
    ['SIGNATURE_REQUIRED', 4],
    ['KEY_REVOKED', 4],
    ['NOT_AUTHORISED', 4],
    ['NOT_CURRENT', 5],
    ['ABOVE_CONFIGURATION', 2],
    ['AUDIT_UNAVAILABLE', 1],
    ['NOTHING_CHANGES', 0],
  ])('refused with %s it ends with %i', async (code, exit) => {
    const vessel = aVessel({}, { accepted: false, code, message: 'because \u001b[31m', hands: undefined } as never);
    const played = await ubos(['controls', 'hold', ...why], { vessel });
    expect(played.code).toBe(exit);
    expect(played.stdout + played.stderr).not.toContain('\u001b[31m');
  });
});
