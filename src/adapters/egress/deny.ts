/** Why a connection was refused: stable, in the reply, in the record, in the audit trail. The sentence is for whoever reads the reply. */
const denials = {
  malformed: 'that is no request that this proxy understands',
  oversize: 'the name of the host is too long',
  'user-info': 'a user name before the host is not allowed',
  'ip-literal': 'addresses are not allowed, only names',
  'single-label': 'a name without a dot is not allowed',
  'not-for-a-proxy': 'name the whole URL, as to a proxy',
  scheme: 'only http here; https comes as CONNECT',
  port: 'only port 80 for http and port 443 for CONNECT',
  method: 'this method is not allowed',
  domain: 'this domain is not among those that were approved',
  'no-address': 'the name has no address',
  'special-address': 'the name leads to no public address',
  unreachable: 'the other side does not answer',
  'bad-answer': 'the other side gave no sound answer',
  upgrade: 'changing the protocol of a connection is not allowed',
  'no-tls': 'only TLS goes through CONNECT',
  'tls-fragmented': 'the TLS hello does not fit one record',
  'tls-ech': 'an encrypted TLS hello hides the name of the host',
  'no-sni': 'the TLS hello names no host',
  'sni-mismatch': 'the TLS hello names another host than CONNECT',
  'hello-timeout': 'no TLS hello came in time',
  'header-timeout': 'no whole request came in time',
  connections: 'too many connections are open',
} as const;

export type DenyCode = keyof typeof denials;

const body = (code: DenyCode) => `janus-egress: refused (${code}): ${denials[code]}\n`;

export function denyHeaders(code: DenyCode): Record<string, string> {
  return {
    'content-type': 'text/plain; charset=utf-8',
    'content-length': String(Buffer.byteLength(body(code))),
    connection: 'close',
    'x-janus-egress': code,
  };
}

export const denyBody = body;

/** The whole reply, for sockets that no parser writes to. */
export function denyReply(code: DenyCode): string {
  const headers = Object.entries(denyHeaders(code)).map(([name, value]) => `${name}: ${value}\r\n`);
  return `HTTP/1.1 403 Forbidden\r\n${headers.join('')}\r\n${body(code)}`;
}
