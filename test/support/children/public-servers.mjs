import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { join } from 'node:path';

/** "The internet" of one test: http and https on 9.9.9.9, and http on 9.9.9.10, which nobody approved. */
const folder = process.argv[2];
const at = (name) => join(folder, name);
execFileSync('openssl', [
  ...['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '1', '-subj', '/CN=api.example.org'],
  ...['-addext', 'subjectAltName=DNS:api.example.org', '-keyout', at('key.pem'), '-out', at('cert.pem')],
]);
const answer = (request, response) => {
  if (request.url === '/redirect') response.writeHead(302, { location: 'http://other.example.com/' });
  response.end(`hello from ${request.headers.host} ${request.url}\n`);
};
const servers = [
  [createServer(answer), 80, '9.9.9.9'],
  [createServer(answer), 80, '9.9.9.10'],
  [createTlsServer({ key: readFileSync(at('key.pem')), cert: readFileSync(at('cert.pem')) }, answer), 443, '9.9.9.9'],
];
for (const [server, port, address] of servers) await new Promise((resolve) => server.listen(port, address, resolve));
writeFileSync(at('ready'), 'ready\n');
process.on('SIGTERM', () => process.exit(0));
