import { describe, expect, it } from '@jest/globals';
import { aClient } from '../../support/fake-client.js';
import { ubos } from '../../support/ubos.js';
import { aFolder, fill } from '../../../support/folders.js';
import { id, otherId } from '../../support/views.js';

const run = '01a00000-0000-7000-8000-000000000000';

const profile = aFolder();

describe('ui (spec O2)', () => {
  it.each([
    { env: {}, base: 'http://127.0.0.1:8233' },
    { env: { TEMPORAL_ADDRESS: '[::1]:7400' }, base: 'http://[::1]:8400' },
    { env: { JANUS_UI_URL: 'https://temporal.example/' }, base: 'https://temporal.example' },
  ])('$base', async ({ env, base }) => {
    const { stdout } = await ubos(`ui ${id}`, { env });
    expect(stdout).toContain(`proposal   ${base}/namespaces/default/workflows/${id}/${run}/user-metadata\n`);
  });

  it('--address and --namespace count here too (spec F2)', async () => {
    const { stdout } = await ubos(`ui ${id} --address host:7000 --namespace ns`);
    expect(stdout).toContain(`http://host:8000/namespaces/ns/workflows/${id}/`);
  });

  it('makes up no address for a server with TLS (spec F2)', async () => {
    fill(profile, { 'temporal.toml': '[profile.default]\naddress = "host:7233"\napi_key = "k"\n' });
    const env = { TEMPORAL_CONFIG_FILE: `${profile}/temporal.toml` };
    expect(await ubos('ui', { env })).toMatchObject({ code: 2, stderr: expect.stringContaining('JANUS_UI_URL=https://temporal.example') });
    const named = await ubos('ui', { env: { ...env, JANUS_UI_URL: 'https://ui.example' } });
    expect(named.stdout).toContain('https://ui.example/namespaces/default/workflows?');
  });

  it('lists need no server, and each is what its name says', async () => {
    const { stdout } = await ubos('ui --json', {
      client: aClient({ change: { runOf: () => Promise.reject(new Error('no server was needed')) } }),
    });
    const { links } = JSON.parse(stdout) as { links: Record<string, string> };
    const query = (name: string) => new URL(links[name] ?? '').searchParams.get('query');
    expect(query('waiting')).toContain('AND ExecutionStatus="Running" AND JanusState IN ("proposed")');
    expect(query('high')).toContain('JanusRisk="high"');
    expect(query('unsettled')).toContain('JanusState IN ("indeterminate")');
  });

  it('an id that nobody has is an error, and no link', async () => {
    const { stdout, code } = await ubos(`ui ${otherId}`);
    expect({ stdout, code }).toEqual({ stdout: '', code: 3 });
  });
});
