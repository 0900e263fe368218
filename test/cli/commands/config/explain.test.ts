import { expect, it } from '@jest/globals';
import { EXIT } from '../../../../src/cli/exit-codes.js';
import { ubos } from '../../support/ubos.js';

it('explain suggests the key that was meant (spec F1)', async () => {
  expect(await ubos('config explain harnes')).toMatchObject({
    code: EXIT.usage,
    stderr: expect.stringContaining('did you mean harness?'),
  });
});
