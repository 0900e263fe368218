import { describe, expect, it } from '@jest/globals';
import { loadFrom } from '../../support/vessel/configuration.js';
import { aFolder } from '../../support/folders.js';

const folder = aFolder();
const load = (oracles: object, env: Record<string, string> = {}, domains?: readonly string[]) =>
  loadFrom(
    folder,
    {
      agent: JSON.stringify({
        vessel_id: 'janus-test',
        sandbox: { policy_path: 'policy.json' },
        integrations: { oracle_trinity: oracles },
        ...(domains !== undefined && { security: { network: { allowed_domains: domains } } }),
      }),
    },
    env,
  );

describe('integrations.oracle_trinity (spec F1, T8)', () => {
  it('asks nobody by default, and knows the documented endpoints; the default allowlist names their hosts', () => {
    expect(load({}).oracles).toMatchObject({
      enabled: false,
      endpoints: {
        groq: { baseUrl: 'https://api.groq.com/openai/v1', isLocal: false },
        wolfram: { baseUrl: 'https://api.wolframalpha.com/v2', isLocal: false },
        datacommons: { baseUrl: 'https://api.datacommons.org', isLocal: false },
      },
    });
    expect(load({ enabled: true }).oracles.enabled).toBe(true);
  });

  it('finds keys in files and in credentials', () => {
    const keys = { groq: { file: 'groq.key' }, wolfram: { credential: 'wolfram' } };
    const { endpoints } = load({ keys }, { CREDENTIALS_DIRECTORY: '/run/credentials/janus' }).oracles;
    expect([endpoints.groq.keyFile, endpoints.wolfram.keyFile, endpoints.datacommons.keyFile]).toEqual([
      `${folder}/groq.key`,
      '/run/credentials/janus/wolfram',
      undefined,
    ]);
  });

  it('takes a server on this machine', () => {
    expect(load({ enabled: true, wolfram_endpoint: 'http://127.0.0.1:8080/v2/' }).oracles.endpoints.wolfram).toEqual({
      baseUrl: 'http://127.0.0.1:8080/v2',
      isLocal: true,
    });
  });

  it.each<[string, object, string]>([
    ['plain HTTP beyond this machine', { groq_endpoint: 'http://api.groq.com/v1' }, 'only https://'],
    ['a key in the address', { groq_endpoint: 'https://me:key@api.groq.com/v1' }, 'keys lie in files'],
    ['a host that is not allowed', { groq_endpoint: 'https://api.example.org/v1' }, 'allowed_domains has to name api.example.org'],
    ['no address', { groq_endpoint: 'api.groq.com' }, 'an address such as'],
    ['a key in the file itself', { keys: { groq: 'secret' } }, 'keys.groq'],
    ['a key in two places', { keys: { groq: { file: 'a', credential: 'b' } } }, 'names either file or credential'],
  ])('refuses %s, with its line', (_, change, words) => {
    const loading = () => load({ enabled: true, ...change });
    expect(loading).toThrow(expect.objectContaining({ code: 'CONFIG_INVALID', message: expect.stringContaining(words) }));
    expect(loading).toThrow(/agent\.yaml:\d+: integrations\.oracle_trinity/);
  });

  it("refuses the seed's own list of hosts, in which the one that is asked is missing", () => {
    expect(() => load({ enabled: true }, {}, ['api.groq.com', 'api.wolframalpha.com', 'datacommons.org'])).toThrow(
      /has to name api\.datacommons\.org/,
    );
    expect(load({}, {}, ['github.com']).oracles.enabled).toBe(false);
  });
});
