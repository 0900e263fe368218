import { describe, expect, it } from '@jest/globals';
import { aVessel } from '../../support/fake-vessel.js';
import { printed } from '../../support/printed.js';
import { ubos } from '../../support/ubos.js';

describe('ubos backup run (spec D3)', () => {
  it('says what came of it', async () => {
    const { code, stdout } = await ubos(['backup', 'run'], { vessel: aVessel() });
    expect([code, stdout]).toEqual([0, expect.stringContaining('Backed up: snapshot 0123abcd: 9 files, 1 s')]);
    const json = await ubos(['backup', 'run', '--json'], { vessel: aVessel() });
    expect(printed(json.stdout, 'backup-run')).toMatchObject({ ok: true, summary: 'snapshot 0123abcd: 9 files, 1 s' });
  });

  it.each<[string, Parameters<typeof aVessel>[2], string]>([
    ['it could not be made', { findings: [{ check: 'backup', ok: false, summary: 'there is no repository' }] }, 'there is no repository'],
    [
      'nobody of the vessel asked for it',
      { findings: [], unrecorded: 'no Schedule of this vessel started it' },
      'no Schedule of this vessel',
    ],
  ])('fails where %s', async (_, report, words) => {
    const { code, stderr } = await ubos(['backup', 'run'], { vessel: aVessel({}, {}, report) });
    expect([code, stderr]).toEqual([1, expect.stringContaining(words)]);
  });
});
