import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { WayOut } from '../../../src/adapters/outbound/way-out.js';
import { closeAtTheEnd } from '../closing.js';
import { fakeOutside, openEgressBench, somewhere } from '../sandbox/egress.js';

/**
 * A host beyond this machine, as far as whoever asks can tell: the real egress process, a name server of the test, and an HTTPS server whose certificate
 * nobody but the test vouches for.
 */
export async function openHostBeyond(
  folder: string,
  names: readonly [string, ...string[]],
  respond: (response: ServerResponse, request: IncomingMessage) => void,
) {
  const at = (name: string) => join(folder, name);
  const [first] = names;
  execFileSync(
    'openssl',
    [
      ...['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '1', '-subj', `/CN=${first}`],
      ...['-addext', `subjectAltName=${names.map((name) => `DNS:${name}`).join()}`, '-keyout', at('key.pem'), '-out', at('cert.pem')],
    ],
    { stdio: 'ignore' },
  );
  const certificates = readFileSync(at('cert.pem'), 'utf8');
  const server = createServer({ key: readFileSync(at('key.pem')), cert: certificates }, (request, response) => respond(response, request));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closeAtTheEnd(() => new Promise((resolve) => (server.closeAllConnections(), server.close(resolve))));
  const outside = fakeOutside(Object.fromEntries([...names, 'other.example.org'].map((name) => [name, [[somewhere]]])));
  outside.ports.tls = (server.address() as AddressInfo).port;
  const bench = await openEgressBench(outside);
  closeAtTheEnd(() => bench.close());
  const limits = { connections: 2, bytes: 1_000_000, attempts: 4, uid: process.getuid?.() ?? 0 };
  /** Lets these pass, whoever asks for what. */
  const wayOut = (domains: readonly string[], action = 'model/remote'): WayOut => ({
    open: () => bench.client.open({ action, domains, ...limits }),
  });
  return { certificates, wayOut, egress: bench.egress };
}
