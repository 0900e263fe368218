import { describe, expect, it } from '@jest/globals';
import { aClient } from '../../support/fake-client.js';
import { ubos } from '../../support/ubos.js';
import { id, otherId } from '../../support/views.js';

describe('ui (spec O2)', () => {
  it.each([
    { env: {}, base: 'http://127.0.0.1:8233' },
    { env: { TEMPORAL_ADDRESS: '[::1]:7400' }, base: 'http://[::1]:8400' },
    { env: { JANUS_UI_URL: 'https://temporal.example/' }, base: 'https://temporal.example' },
  ])('$base', async ({ env, base }) => {
    const unreachable = aClient({ change: { resolveId: () => Promise.reject(new Error('no server was needed')) } });
    const { stdout } = await ubos(`ui ${id}`, { env, client: unreachable });
    expect(stdout).toContain(`proposal   ${base}/namespaces/default/workflows/${id}\n`);
  });

  it('--address and --namespace count here too (spec F2)', async () => {
    const { stdout } = await ubos(`ui ${otherId} --address host:7000 --namespace ns`);
    expect(stdout).toContain(`http://host:8000/namespaces/ns/workflows/${otherId}`);
  });
});
