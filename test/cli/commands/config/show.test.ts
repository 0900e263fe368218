import { expect, it } from '@jest/globals';
import { ubos } from '../../support/ubos.js';

it('show speaks in the words of files', async () => {
  expect(JSON.parse((await ubos('config show')).stdout)).toMatchObject({
    vessel_id: 'janus-test',
    policy: { limits: { cpu_seconds: 300 } },
  });
});
