import type { IncomingMessage } from 'node:http';
import { request as requestPlain } from 'node:http';
import { request as requestTls } from 'node:https';
import type { Duplex } from 'node:stream';
import { errnoWords } from '../../domain/text/errno-words.js';

/** Why there is no response. */
export interface ExchangeFailure {
  readonly code: 'timeout' | 'too_large' | 'unreachable' | 'http_error';
  readonly why: string;
}

export interface Response {
  readonly status: number;
  readonly retryAfter: string | undefined;
  readonly body: string;
}

export interface Exchange {
  readonly url: URL;
  /** JSON to be posted; absent: the address alone is asked for. */
  readonly body?: string;
  /** May hold a key: never logged. So may the address. */
  readonly headers: Readonly<Record<string, string>>;
  readonly bytesMax: number;
  /** Ends everything: the deadline, and whoever does not want the answer any more. */
  readonly signal: AbortSignal;
  /** What to speak over, where the way is not a direct one: TLS is on it already. */
  readonly through?: Duplex;
}

/** Everything that is no answer is a failure with a code; whatever an endpoint does, memory and time are bounded. */
class TooLarge extends Error {
  override readonly name = 'TooLarge';
}

function failureOf(error: unknown, { signal, bytesMax }: Exchange): ExchangeFailure {
  if (error instanceof TooLarge) return { code: 'too_large', why: `the response is longer than ${bytesMax} bytes` };
  if (signal.aborted) return { code: 'timeout', why: 'there was no whole response within its time' };
  const code = String((error as NodeJS.ErrnoException).code ?? '');
  if (code.startsWith('HPE_')) return { code: 'http_error', why: 'what answers there does not speak HTTP' };
  return { code: 'unreachable', why: errnoWords(error) };
}

async function readBody(response: IncomingMessage, bytesMax: number): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > bytesMax) throw new TooLarge();
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

const posting = (body: string) => ({ 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) });

/**
 * One request. Node's own HTTP and not `fetch`: it goes over a connection that is there already, unpacks nothing, and follows no redirect, so
 * that what is counted is what came. Never rejects.
 */
export async function exchange(asked: Exchange): Promise<Response | ExchangeFailure> {
  const { url, body, headers, bytesMax, signal, through } = asked;
  const request = url.protocol === 'https:' && through === undefined ? requestTls : requestPlain;
  let response: IncomingMessage | undefined;
  try {
    response = await new Promise<IncomingMessage>((resolve, reject) => {
      const sent = request(
        {
          method: body === undefined ? 'GET' : 'POST',
          // A name server has no say in what this machine is.
          hostname: url.hostname === 'localhost' ? '127.0.0.1' : url.hostname.replace(/^\[|\]$/g, ''),
          port: url.port || undefined,
          path: `${url.pathname}${url.search}`,
          signal,
          headers: {
            host: url.host,
            accept: 'application/json',
            'accept-encoding': 'identity',
            ...(body !== undefined && posting(body)),
            ...headers,
          },
          ...(through === undefined ? { agent: false } : { createConnection: () => through }),
        },
        resolve,
      );
      sent.once('error', reject);
      sent.end(body);
    });
    const retryAfter = response.headers['retry-after'];
    return { status: response.statusCode ?? 0, retryAfter, body: await readBody(response, bytesMax) };
  } catch (error) {
    return failureOf(error, asked);
  } finally {
    response?.destroy();
    through?.destroy();
  }
}
