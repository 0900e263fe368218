import type { IncomingMessage, ServerResponse } from 'node:http';
import { request } from 'node:http';
import type { Socket } from 'node:net';
import { pipeline } from 'node:stream';
import type { PlainUrl } from './authority.js';
import { askedHost } from './authority.js';
import { connectTo } from './connect.js';
import type { ProxyContext } from './context.js';
import type { DenyCode } from '../../domain/action/denials.js';
import { denyBody, denyHeaders, denyStatus } from './deny.js';
import { endToEnd, requestHeaders } from './headers.js';
import { checkRequest } from './rules.js';
import type { Attempt } from './usage.js';

function refuse(response: ServerResponse, code: DenyCode, retrySeconds?: number): void {
  if (response.headersSent) {
    response.destroy();
    return;
  }
  response.writeHead(denyStatus(code), denyHeaders(code, retrySeconds));
  response.end(denyBody(code));
}

/** Where our parser found a body: what is sent on is framed by that, not by what the client wrote beside it. */
const isChunked = ({ headers }: IncomingMessage) => headers['transfer-encoding'] !== undefined;

/** `h2c` is a wish, which whoever is asked may leave unheard (RFC 9110 7.8): the header ends here, and the request goes on as it is. */
const isWish = (upgrade: string) => upgrade.split(',').every((protocol) => protocol.trim().toLowerCase() === 'h2c');

/** Beyond the URL: a protocol that is not HTTP any more, a coding of the body that two readers may read differently. */
function headersProblem({ headers }: IncomingMessage): DenyCode | undefined {
  if (headers.upgrade !== undefined && !isWish(headers.upgrade)) return 'upgrade';
  const coding = headers['transfer-encoding'];
  return coding === undefined || coding.toLowerCase() === 'chunked' ? undefined : 'malformed';
}

interface Exchange {
  readonly incoming: IncomingMessage;
  readonly response: ServerResponse;
  readonly url: PlainUrl;
  readonly upstream: Socket;
  readonly attempt: Attempt;
}

function exchange({ incoming, response, url, upstream, attempt }: Exchange, { usage, times }: ProxyContext): void {
  const total = setTimeout(() => upstream.destroy(), times.totalMs);
  const bad = () => {
    attempt.deny('bad-answer');
    refuse(response, 'bad-answer');
    upstream.destroy();
  };
  upstream.setTimeout(times.idleMs, () => upstream.destroy());
  upstream.once('close', () => {
    clearTimeout(total);
    attempt.end();
  });
  const outgoing = request({
    // Without an agent: `agent: false` would make one, which ignores the connection and dials by itself.
    createConnection: () => upstream,
    method: incoming.method,
    path: url.path,
    headers: requestHeaders(incoming.rawHeaders, url.host, isChunked(incoming)),
    setHost: false,
    maxHeaderSize: 65_536,
  });
  outgoing.once('error', bad);
  // 101 and the like: the connection would no longer be HTTP.
  outgoing.once('upgrade', bad);
  outgoing.once('response', (answer) => {
    try {
      response.writeHead(answer.statusCode ?? 502, endToEnd(answer.rawHeaders).flat());
    } catch {
      bad();
      return;
    }
    pipeline(answer, usage.counting(), response, () => upstream.destroy());
  });
  response.once('close', () => upstream.destroy());
  pipeline(incoming, usage.counting(), outgoing, () => undefined);
}

/** Plain HTTP: one check, one look-up, one connection to the other side for each request. Redirects are the client's next request. */
export async function forward(context: ProxyContext, incoming: IncomingMessage, response: ServerResponse): Promise<void> {
  const { domains, usage, admit, signal } = context;
  const checked = checkRequest(incoming.method ?? '', incoming.url ?? '', domains);
  const attempt = checked.ok ? usage.attempt(checked.value.host, checked.value.port) : usage.attempt(askedHost(incoming.url ?? ''), 80);
  const code = checked.ok ? headersProblem(incoming) : checked.code;
  if (code !== undefined || !checked.ok) {
    attempt.deny(code ?? 'malformed');
    return refuse(response, code ?? 'malformed');
  }
  const retrySeconds = admit();
  if (retrySeconds !== undefined) {
    attempt.deny('rate');
    return refuse(response, 'rate', retrySeconds);
  }
  const connected = await connectTo(checked.value, context);
  if (!connected.ok) {
    attempt.deny(connected.code, connected.ip);
    return refuse(response, connected.code);
  }
  attempt.allow(connected.ip, connected.socket);
  if (response.destroyed || signal.aborted) {
    connected.socket.destroy();
    return attempt.end();
  }
  exchange({ incoming, response, url: checked.value, upstream: connected.socket, attempt }, context);
}
