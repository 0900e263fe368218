import { describe, expect, it } from '@jest/globals';
import { loadFrom } from '../../support/vessel/configuration.js';
import { aFolder } from '../../support/folders.js';

const folder = aFolder();
const provider = { name: 'local', base_url: 'http://127.0.0.1:11435/v1', model: 'm', profile: 'llamacpp' };
const groq = { name: 'groq', base_url: 'https://api.groq.com/openai/v1/', model: 'm', profile: 'openai_strict', api_key_file: 'groq.key' };
const load = (llm: object, env: Record<string, string> = {}) =>
  loadFrom(folder, { agent: JSON.stringify({ vessel_id: 'janus-test', sandbox: { policy_path: 'policy.json' }, llm }) }, env).llm;

describe('llm (spec F1, T3)', () => {
  it('asks nobody by default', () => {
    expect(load({})).toMatchObject({ providers: [], remoteFallback: false, allowedDomains: [] });
  });

  it('knows what is on this machine, and where keys lie', () => {
    const { providers } = load({ providers: [provider, groq], allowed_domains: ['api.groq.com'] });
    expect(providers).toEqual([
      expect.objectContaining({ name: 'local', isLocal: true, timeoutMilliseconds: 120_000 }),
      expect.objectContaining({ name: 'groq', isLocal: false, baseUrl: 'https://api.groq.com/openai/v1', keyFile: `${folder}/groq.key` }),
    ]);
    const { api_key_file: _file, ...bare } = groq;
    const credential = load(
      { providers: [{ ...bare, api_key_credential: 'groq' }], allowed_domains: ['api.groq.com'] },
      { CREDENTIALS_DIRECTORY: '/run/credentials/janus' },
    );
    expect(credential.providers[0]?.keyFile).toBe('/run/credentials/janus/groq');
  });

  it.each([
    { name: 'a host that is not allowed', providers: [groq], words: 'llm.allowed_domains has to name api.groq.com' },
    { name: 'plain HTTP beyond this machine', providers: [{ ...provider, base_url: 'http://example.org/v1' }], words: 'only https://' },
    {
      name: 'another port beyond this machine',
      providers: [{ ...groq, base_url: 'https://api.groq.com:8443/v1' }],
      words: 'on its own port',
    },
    {
      name: 'what only looks like this machine',
      providers: [{ ...provider, base_url: 'http://127.0.0.1.example.org/v1' }],
      words: 'only https://',
    },
    { name: 'a key in the address', providers: [{ ...provider, base_url: 'http://me:key@127.0.0.1/v1' }], words: 'keys lie in files' },
    { name: 'another scheme', providers: [{ ...provider, base_url: 'file:///etc/passwd' }], words: 'an address such as' },
    { name: 'no address', providers: [{ ...provider, base_url: 'localhost' }], words: 'an address such as' },
    { name: 'a name twice', providers: [provider, provider], words: 'local twice' },
    { name: 'an unknown profile', providers: [{ ...provider, profile: 'openai' }], words: 'llamacpp' },
    { name: 'two places of a key', providers: [{ ...groq, api_key_credential: 'groq' }], words: 'name one' },
    { name: 'a key in the file itself', providers: [{ ...provider, api_key: 'secret' }], words: 'api_key' },
  ])('refuses $name, with its line', ({ providers, words }) => {
    expect(() => load({ providers })).toThrow(expect.objectContaining({ code: 'CONFIG_INVALID', message: expect.stringContaining(words) }));
    expect(() => load({ providers })).toThrow(/agent\.yaml:\d+: llm\.providers/);
  });
});
