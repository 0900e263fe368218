import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { credentialsIn } from '../../src/client/anybody.js';
import type { TemporalConnection } from '../../src/client/temporal-connection.js';
import { loadTemporalConnection } from '../../src/client/temporal-connection.js';
import { errorOf } from '../support/vessel/configuration.js';
import { aFolder, fill } from '../support/folders.js';

const empty = aFolder();
const examples = aFolder();
const own = fill(aFolder(), {
  'temporal.toml': '# Written by npm start.\n[profile.default]\naddress = "127.0.0.1:7301"\nnamespace = "default"\n',
});
const profiles = fill(aFolder(), {
  'temporal.toml': `[profile.default]
address = "default.example:7233"
namespace = "from-profile"
[profile.prod]
address = "prod.example:7233"
namespace = "prod"
api_key = "key-of-prod"
[profile.tls.tls]
server_name = "tls.example"
`,
  'broken.toml': '[profile.default\n',
});
const file = join(profiles, 'temporal.toml');
/** A home without a profile of its own, so that the machine's does not answer. */
const home = { HOME: empty, XDG_CONFIG_HOME: empty };

describe('where Temporal is (spec F2)', () => {
  it.each([
    ['nothing is said', {}, empty, { address: '127.0.0.1:7233', namespace: 'default', source: 'default' }],
    ['npm start wrote a file', {}, own, { address: '127.0.0.1:7301', namespace: 'default', source: join(own, 'temporal.toml') }],
    [
      'the environment names an address',
      { TEMPORAL_ADDRESS: 'env.example:1' },
      own,
      { address: 'env.example:1', namespace: 'default', source: 'environment' },
    ],
    [
      'the environment names a namespace only',
      { TEMPORAL_NAMESPACE: 'other' },
      own,
      { address: '127.0.0.1:7301', namespace: 'other', source: join(own, 'temporal.toml') },
    ],
    [
      'a variable is empty',
      { TEMPORAL_ADDRESS: '', TEMPORAL_PROFILE: '' },
      own,
      { address: '127.0.0.1:7301', source: join(own, 'temporal.toml') },
    ],
    [
      'a file of profiles is named',
      { TEMPORAL_CONFIG_FILE: file },
      own,
      { address: 'default.example:7233', namespace: 'from-profile', source: 'environment' },
    ],
    [
      'a profile is named',
      { TEMPORAL_CONFIG_FILE: file, TEMPORAL_PROFILE: 'prod' },
      own,
      { address: 'prod.example:7233', namespace: 'prod' },
    ],
    [
      'the environment overrules the profile',
      { TEMPORAL_CONFIG_FILE: file, TEMPORAL_ADDRESS: 'env.example:1' },
      empty,
      { address: 'env.example:1', namespace: 'from-profile' },
    ],
  ])('%s', (_, env, folder, expected) => {
    const connection = loadTemporalConnection({ ...home, ...env }, folder);
    expect(connection).toMatchObject(expected);
    expect(connection.connectionOptions.address).toBe(connection.address);
  });

  it('takes over the key of a cloud and the names of mTLS', () => {
    const cloud = loadTemporalConnection({ ...home, TEMPORAL_CONFIG_FILE: file, TEMPORAL_PROFILE: 'prod' }, empty);
    expect(cloud.connectionOptions).toMatchObject({ apiKey: 'key-of-prod', tls: true });
    const mutual = loadTemporalConnection(
      { ...home, TEMPORAL_CONFIG_FILE: file, TEMPORAL_PROFILE: 'tls', TEMPORAL_ADDRESS: 'a.example:1' },
      empty,
    );
    expect(mutual.connectionOptions.tls).toMatchObject({ serverNameOverride: 'tls.example' });
  });

  it('reads the example profiles of deploy/cluster: mTLS with a token, and a cloud with an API key', () => {
    fill(examples, { 'ca.crt': 'an authority', 'client.crt': 'a certificate', 'client.key': 'a key' });
    fill(examples, { 'temporal.toml': readFileSync('deploy/cluster/temporal.toml', 'utf8').replaceAll('/etc/janus/temporal', examples) });
    const env = { ...home, TEMPORAL_CONFIG_FILE: join(examples, 'temporal.toml') };
    const cluster = loadTemporalConnection({ ...env, TEMPORAL_PROFILE: 'cluster' }, empty);
    const bytes = (words: string) => Buffer.from(words);
    expect(cluster).toMatchObject({ address: 'temporal.example:7233', namespace: 'vessels', connectionOptions: { apiKey: 'the token' } });
    expect(cluster.connectionOptions.tls).toMatchObject({ serverNameOverride: 'temporal.example' });
    const { serverRootCACertificate: authority, clientCertPair: pair } = cluster.connectionOptions.tls as Exclude<
      TemporalConnection['connectionOptions']['tls'],
      boolean | null | undefined
    >;
    expect([authority, pair?.crt, pair?.key].map((part) => Buffer.from(part ?? ''))).toEqual(
      ['an authority', 'a certificate', 'a key'].map(bytes),
    );
    expect(credentialsIn(cluster)).toBe('TLS with a client certificate, an API key');
    const cloud = loadTemporalConnection({ ...env, TEMPORAL_PROFILE: 'cloud' }, empty);
    expect(cloud).toMatchObject({ namespace: 'vessels.a1b2c', connectionOptions: { apiKey: 'the API key', tls: true } });
    expect(credentialsIn(cloud)).toBe('TLS, an API key');
    expect(credentialsIn(loadTemporalConnection(home, empty))).toBe('no TLS');
  });

  it.each([
    ['a profile that there is not', { TEMPORAL_CONFIG_FILE: file, TEMPORAL_PROFILE: 'none' }, 'there is no profile none$'],
    ['a broken file', { TEMPORAL_CONFIG_FILE: join(profiles, 'broken.toml') }, 'its file is no TOML'],
    ['a folder', { TEMPORAL_CONFIG_FILE: profiles }, 'a folder$'],
  ])('refuses %s in words', (_, env, word) => {
    expect(errorOf(() => loadTemporalConnection({ ...home, ...env }, empty))).toMatchObject({
      code: 'CONFIG_INVALID',
      message: expect.stringMatching(new RegExp(`^the Temporal connection cannot be read: .*${word}`)),
      next: expect.stringContaining('TEMPORAL_*'),
    });
  });

  it('does not read the environment of the process, only the one that it is given', () => {
    process.env['TEMPORAL_ADDRESS'] = 'process.example:1';
    try {
      expect(loadTemporalConnection(home, empty).address).toBe('127.0.0.1:7233');
    } finally {
      delete process.env['TEMPORAL_ADDRESS'];
    }
  });
});
