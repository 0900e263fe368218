import { describe, expect, it } from '@jest/globals';
import { EXIT } from '../../../../src/cli/exit-codes.js';
import { aClient } from '../../support/fake-client.js';
import { ubos } from '../../support/ubos.js';
import { aView, id, mediumRisk } from '../../support/views.js';

describe('which proposal is meant (spec U1)', () => {
  it.each([id, '0123456789ab', '012345', 'janus-01234567', '@latest', 'JANUS-0123456789AB'])('%s', async (reference) => {
    const client = aClient();
    const { code } = await ubos(['approve', reference], { client });
    expect([code, client.sent.map((message) => message.proposal_id)]).toEqual([EXIT.ok, [id]]);
  });
});

describe('decisions say what they mean (spec U1)', () => {
  it.each([
    { line: `approve ${id} --reason fine`, sent: { decision: 'approve', digest: aView().digest, reason: 'fine' } },
    { line: `approve ${id} --digest ${aView().digest!.slice(0, 32)}`, sent: { decision: 'approve', digest: aView().digest } },
    { line: `reject ${id} --reason because`, sent: { decision: 'reject', reason: 'because' } },
    { line: `extend ${id} 12h`, sent: { decision: 'extend', extend: '12h' } },
    { line: `proposals cancel ${id}`, sent: { decision: 'cancel' } },
    { line: `resolve ${id} failed --reason looked`, sent: { decision: 'resolve', outcome: 'failed', reason: 'looked' } },
  ])('ubos $line', async ({ line, sent }) => {
    const client = aClient();
    await ubos(`${line} --by alice`, { client });
    expect(client.sent).toEqual([{ ...sent, by: 'alice', proposal_id: id, said_at: '2026-01-02T12:00:00.000Z' }]);
  });

  it('JANUS_USER decides where --by is not given, and one id twice is one decision', async () => {
    const client = aClient();
    await ubos(`approve ${id} 012345`, { client, env: { JANUS_USER: 'carol' } });
    expect(client.sent.map(({ by }) => by)).toEqual(['carol']);
  });

  it('two at once: the second learns who was first, and when', async () => {
    const client = aClient({ views: [aView({ document: mediumRisk })] });
    const line = `approve ${id} --digest ${aView({ document: mediumRisk }).digest!.slice(0, 32)}`;
    const [first, second] = await Promise.all([ubos(`${line} --by alice`, { client }), ubos(`${line} --by bob`, { client })]);
    expect([first.code, second.code, client.sent.length]).toEqual([EXIT.ok, EXIT.conflict, 1]);
    expect(second.stderr).toContain(`${id}: already approved by alice at 2026-01-02T12:00:00.000Z`);
  });
});
