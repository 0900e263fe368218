import { describe, expect, it } from '@jest/globals';
import { EXIT } from '../../../../src/cli/exit-codes.js';
import { aVessel } from '../../support/fake-vessel.js';
import { printed } from '../../support/printed.js';
import { ubos } from '../../support/ubos.js';

describe('ubos flag (spec T7)', () => {
  it('objects to one proposal, by its id', async () => {
    const vessel = aVessel();
    const { code, stdout } = await ubos('flag janus-0123456789ab --reason because --json', { vessel });
    expect(code).toBe(EXIT.ok);
    expect(vessel.ordered).toMatchObject([{ kind: 'flag', of: 'janus-0123456789ab', reason: 'because' }]);
    expect(printed(stdout, 'order')).toMatchObject({ kind: 'flag', code: 'ACCEPTED' });
  });
});
