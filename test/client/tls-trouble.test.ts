import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import type { AddressInfo, Server } from 'node:net';
import { createServer as createPlain } from 'node:net';
import { join } from 'node:path';
import { createServer } from 'node:tls';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { connect } from '../../src/client/connect.js';
import { whileReachable } from '../../src/client/no-connection.js';
import { tlsTroubleOf } from '../../src/client/tls-trouble.js';
import { aFolder } from '../support/folders.js';

const folder = aFolder();
const made = (name: string) => readFileSync(join(folder, name));
const openssl = (...args: string[]) => execFileSync('openssl', args, { cwd: folder, stdio: 'ignore' });
const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2'];

function certificate(name: string, authority: string, use: string) {
  const by = [
    '-CA',
    `${authority}.crt`,
    '-CAkey',
    `${authority}.key`,
    '-addext',
    `extendedKeyUsage=${use}`,
    '-addext',
    'subjectAltName=DNS:localhost',
  ];
  openssl('req', '-x509', ...key, '-subj', `/CN=${name}`, ...by, '-keyout', `${name}.key`, '-out', `${name}.crt`);
}

const open: Server[] = [];
async function listening(server: Server): Promise<string> {
  open.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** What speaks first once a handshake has succeeded, as a gRPC server does. */
const speaking = (asks: boolean) =>
  listening(
    createServer(
      {
        key: made('server.key'),
        cert: made('server.crt'),
        ca: made('ours.crt'),
        requestCert: asks,
        rejectUnauthorized: asks,
        ALPNProtocols: ['h2'],
      },
      (socket) => socket.on('error', () => undefined).write('hello'),
    ).on('tlsClientError', () => undefined),
  );

let asking: string;
let content: string;
let plain: string;
beforeAll(async () => {
  for (const name of ['ours', 'theirs'])
    openssl('req', '-x509', ...key, '-subj', `/CN=${name}`, '-keyout', `${name}.key`, '-out', `${name}.crt`);
  certificate('server', 'ours', 'serverAuth');
  certificate('client', 'ours', 'clientAuth');
  certificate('stranger', 'theirs', 'clientAuth');
  [asking, content] = [await speaking(true), await speaking(false)];
  plain = await listening(
    createPlain((socket) => socket.on('error', () => undefined).once('data', () => socket.end('HTTP/1.1 400 no\r\n\r\n'))),
  );
});
afterAll(() => open.forEach((server) => server.close()));

const tls = (authority: string, client?: string, serverNameOverride = 'localhost') => ({
  serverNameOverride,
  serverRootCACertificate: made(`${authority}.crt`),
  ...(client !== undefined && { clientCertPair: { crt: made(`${client}.crt`), key: made(`${client}.key`) } }),
});
const troubleOf = (address: string, options: object | undefined) => tlsTroubleOf({ address, connectionOptions: { address, ...options } });

describe('why no connection comes about (spec F2)', () => {
  it('is nothing where it does', async () => {
    expect(await troubleOf(asking, { tls: tls('ours', 'client') })).toBeUndefined();
    expect(await troubleOf(content, { tls: tls('ours') })).toBeUndefined();
    expect(await troubleOf(plain, {})).toBeUndefined();
  });

  it('names what is missing or does not fit', async () => {
    expect(await troubleOf(asking, { tls: tls('ours') })).toMatch(/^it asks for a client certificate, and the profile has none/);
    expect(await troubleOf(content, { tls: tls('theirs') })).toMatch(/^its certificate is of an authority that the profile does not name/);
    expect(await troubleOf(content, { tls: tls('ours', undefined, 'other.example') })).toMatch(/^its certificate is for other names/);
    expect(await troubleOf(plain, { tls: tls('ours') })).toBe('it speaks no TLS, and the profile asks for it');
    for (const address of [asking, content]) expect(await troubleOf(address, {})).toBe('it speaks TLS, and the profile has none');
  });

  it('is told of files that are no certificates, too', async () => {
    const broken = { clientCertPair: { crt: Buffer.from('no certificate'), key: made('client.key') } };
    expect(await troubleOf(asking, { tls: broken })).toMatch(/^its certificates or its key cannot be read/);
    const mixed = { clientCertPair: { crt: made('client.crt'), key: made('stranger.key') } };
    expect(await troubleOf(asking, { tls: mixed })).toMatch(/client_key_path/);
  });

  it('is what ubos and a worker say, at once', async () => {
    const temporal = {
      address: asking,
      namespace: 'default',
      source: 'environment',
      connectionOptions: { address: asking, tls: tls('ours') },
    };
    const expected = {
      code: 'TEMPORAL_UNREACHABLE',
      message: expect.stringMatching(/^no connection to Temporal at .*: it asks for a client certificate/),
      next: 'look at the profile: temporal config list',
    };
    const start = Date.now();
    await expect(connect(temporal as never)).rejects.toMatchObject(expected);
    expect(Date.now() - start).toBeLessThan(4_000);
    const failing = () => Promise.reject(Object.assign(new Error('broken pipe'), { name: 'TransportError' }));
    await expect(whileReachable(temporal as never, failing)).rejects.toMatchObject(expected);
  });
});
