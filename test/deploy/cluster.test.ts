import { spawnSync } from 'node:child_process';
import type { JsonWebKey } from 'node:crypto';
import { createPublicKey, verify, X509Certificate } from 'node:crypto';
import { chmodSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import { parse } from 'yaml';
import { loadTemporalConnection } from '../../src/client/temporal-connection.js';
import { aFolder, fill } from '../support/folders.js';

const root = fileURLToPath(new URL('../../', import.meta.url));
interface ServerYaml {
  readonly global: { readonly tls: Record<'frontend' | 'internode', { readonly server: object }>; readonly authorization: object };
  readonly services: Readonly<Record<string, { readonly rpc: { readonly grpcPort: number; readonly membershipPort: number } }>>;
  readonly persistence: { readonly datastores: { readonly visibility: { readonly sql: object } } };
}

const script = join(root, 'deploy/cluster/temporal_cluster.sh');
const home = aFolder();
const elsewhere = aFolder();
const settings = 'DATABASE_PASSWORD=a-secret\nNAME=temporal.example\nACCOUNT=root\n';

function cluster(args: readonly string[], folder = home, path = '/nonexistent') {
  const { status, stdout, stderr } = spawnSync(script, [...args], {
    encoding: 'utf8',
    env: { PATH: `${path}:${process.env['PATH']}`, CLUSTER_HOME: folder, CLUSTER_PROGRAMS: join(folder, 'programs') },
  });
  return { status, stdout, said: `${stdout}${stderr}` };
}

const made = (name: string) => readFileSync(join(home, name), 'utf8');
const isMade = (...args: string[]) => expect(cluster(args)).toMatchObject({ status: 0 });

describe("a cluster of one's own (spec D5)", () => {
  it('has scripts of which shellcheck has nothing to say', () => {
    const { status, stdout, error } = spawnSync('shellcheck', ['--external-sources', '--check-sourced', script], {
      encoding: 'utf8',
      cwd: root,
    });
    if (error !== undefined && process.env['CI'] === undefined) return;
    expect({ status, stdout }).toEqual({ status: 0, stdout: '' });
  });

  it('builds nothing from a source that is not the pinned one', () => {
    fill(elsewhere, { go: `#!/bin/sh\nprintf '{\\n\\t"Dir": "/",\\n\\t"Sum": "h1:other="\\n}\\n'\n` });
    chmodSync(join(elsewhere, 'go'), 0o755);
    const { status, said } = cluster(['build'], elsewhere, elsewhere);
    rmSync(join(elsewhere, 'go'));
    expect({ status, said }).toEqual({ status: 1, said: expect.stringMatching(/has the sum h1:other=, expected h1:[^ ]+=: not used/) });
    expect(readdirSync(elsewhere)).toEqual([]);
  });

  it('gives certificates that are good for one thing each, and a token that its key set verifies', () => {
    fill(home, { 'cluster.env': settings });
    isMade('keys');
    isMade('client', 'balaur', '2', 'vessels:write', 'other:read');
    const certificate = (name: string) => new X509Certificate(made(name));
    const [clients, internode] = [certificate('tls/client-ca.crt'), certificate('tls/internode-ca.crt')];
    const [client, frontend, between] = ['clients/balaur/client.crt', 'tls/frontend.crt', 'tls/internode.crt'].map(certificate) as [
      X509Certificate,
      X509Certificate,
      X509Certificate,
    ];
    const by = (each: X509Certificate) => [each.verify(clients.publicKey), each.verify(internode.publicKey)];
    expect([client, frontend, between].map(by)).toEqual([
      [true, false],
      [true, false],
      [false, true],
    ]);
    const [serverUse, clientUse] = ['1.3.6.1.5.5.7.3.1', '1.3.6.1.5.5.7.3.2'];
    expect([client.keyUsage, frontend.keyUsage]).toEqual([[clientUse], [serverUse]]);
    expect(frontend.checkHost('temporal.example')).toBe('temporal.example');
    expect(Math.round((Date.parse(client.validTo) - Date.now()) / 86_400_000)).toBe(2);

    const { connectionOptions, namespace } = loadTemporalConnection(
      { TEMPORAL_CONFIG_FILE: join(home, 'clients/balaur/temporal.toml') },
      home,
    );
    expect(namespace).toBe('vessels');
    expect(connectionOptions).toMatchObject({ address: 'temporal.example:7233', tls: { serverNameOverride: 'temporal.example' } });
    const [head = '', body = '', signature = ''] = String(connectionOptions.apiKey).split('.');
    const said = (part: string) => JSON.parse(Buffer.from(part, 'base64url').toString()) as Record<string, unknown>;
    const [key] = (JSON.parse(made('tokens/jwks.json')) as { keys: [JsonWebKey & { kid: string }] }).keys;
    expect(said(head)).toEqual({ alg: 'RS256', typ: 'JWT', kid: key.kid });
    const publicKey = createPublicKey({ key, format: 'jwk' });
    expect(verify('sha256', Buffer.from(`${head}.${body}`), publicKey, Buffer.from(signature, 'base64url'))).toBe(true);
    const { sub, iat, exp, permissions } = said(body) as { sub: string; iat: number; exp: number; permissions: string[] };
    expect({ sub, permissions, days: (exp - iat) / 86_400 }).toEqual({
      sub: 'balaur',
      permissions: ['vessels:write', 'other:read'],
      days: 2,
    });
  });

  it('asks for certificate and token in its configuration, and hands the keys that sign to nobody', () => {
    isMade('configure');
    expect(made('server.yaml')).not.toMatch(/@[A-Z_0-9]+@/);
    const { global, services, persistence } = parse(made('server.yaml'), { merge: true }) as ServerYaml;
    expect(global.tls.frontend.server).toMatchObject({ requireClientAuth: true, clientCaFiles: [`${home}/tls/client-ca.crt`] });
    expect(global.tls.internode.server).toMatchObject({ requireClientAuth: true, clientCaFiles: [`${home}/tls/internode-ca.crt`] });
    expect(global.authorization).toMatchObject({ authorizer: 'default', claimMapper: 'default' });
    const ports = Object.values(services).flatMap(({ rpc }) => [rpc.grpcPort, rpc.membershipPort]);
    expect(new Set(ports).size).toBe(10);
    expect(persistence.datastores.visibility.sql).toMatchObject({ databaseName: 'temporal_visibility', password: 'a-secret' });
    const modes = (folder: string) =>
      readdirSync(join(home, folder)).map((name) => `${name} ${(statSync(join(home, folder, name)).mode & 0o777).toString(8)}`);
    expect([...modes('tls'), ...modes('tokens')].filter((each) => each.endsWith('600'))).toEqual([
      'client-ca.key 600',
      'internode-ca.key 600',
      'token.key 600',
    ]);
    expect(modes('clients/balaur').every((each) => each.endsWith('600'))).toBe(true);
  });

  it('has a unit, and keeps what is yours in dynamic.yaml', () => {
    expect(cluster(['unit']).stdout).toMatch(/^ExecStart=\/.*--config-file \/.*server.yaml start .*--service internal-frontend$/m);
    fill(home, { 'dynamic.yaml': '# mine\n' });
    isMade('configure');
    expect(made('dynamic.yaml')).toBe('# mine\n');
  });

  it.each([
    { args: [], code: 2, says: 'usage:' },
    { args: ['client', 'balaur', '2', 'vessels:everything'], code: 2, says: "'vessels:everything' is no permission" },
    { args: ['client', 'balaur', '2', 'a"b:write'], code: 2, says: 'is no permission' },
    { args: ['client', '../balaur', '2', 'vessels:write'], code: 2, says: "'../balaur' is no name" },
    { args: ['client', 'balaur', '0', 'vessels:write'], code: 2, says: "'0' is no number of days" },
    { args: ['namespace', 'vessels'], code: 2, says: 'a name and a number of days are needed' },
    { args: ['start'], code: 1, says: 'has no temporal-server' },
  ])('refuses $args', ({ args, code, says }) => {
    expect(cluster(args)).toMatchObject({ status: code, said: expect.stringContaining(says) });
  });

  it.each([
    { env: '', says: 'has no DATABASE_PASSWORD' },
    { env: "DATABASE_PASSWORD='a\"b'\n", says: 'DATABASE_PASSWORD may hold letters' },
    { env: 'DATABASE_PASSWORD=x\nDATABASE_HOST=db.example\n', says: 'names no DATABASE_CA' },
    { env: 'DATABASE_PASSWORD=x\nCLIENT_CERTIFICATES=no\n', says: "CLIENT_CERTIFICATES is required or optional, found 'no'" },
  ])('takes no settings that say $says', ({ env, says }) => {
    fill(elsewhere, { 'cluster.env': env });
    expect(cluster(['configure'], elsewhere)).toMatchObject({ status: 2, said: expect.stringContaining(says) });
    expect(readdirSync(elsewhere)).toEqual(['cluster.env']);
  });
});
