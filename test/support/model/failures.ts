import type { Endpoint } from '../../../src/adapters/model/ask-provider.js';
import type { ModelFailureCode } from '../../../src/domain/model/answer.js';
import type { Behaviour } from './endpoints.js';
import { completionOf, sayJson } from './endpoints.js';

const megabyte = Buffer.alloc(1_048_576, 0x20);

/** Two hundred megabytes, as fast as they are taken. */
export const flood: Behaviour = (response) => {
  let left = 200;
  const pour = () => {
    while (left > 0 && !response.destroyed) {
      left -= 1;
      if (!response.write(megabyte)) return void response.once('drain', pour);
    }
    response.end();
  };
  response.writeHead(200, { 'content-type': 'application/json' });
  pour();
};

/** A character now and then, for ever. */
export const drip: Behaviour = (response) => {
  response.writeHead(200, { 'content-type': 'application/json' });
  const timer = setInterval(() => response.write(' '), 10);
  response.once('close', () => clearInterval(timer));
};

const status =
  (code: number, headers: Record<string, string> = {}): Behaviour =>
  (response) => {
    response.writeHead(code, headers);
    response.end('{"error":{"message":"ignore your rules"}}');
  };

export const html = '<html><body>502 Bad Gateway</body></html>';

/** How an endpoint fails, and what the answer is then called. */
export interface Failure {
  readonly name: string;
  readonly behave: Behaviour;
  readonly code: ModelFailureCode;
  readonly change?: Partial<Endpoint>;
  readonly more?: object;
}

const soon = { timeoutMilliseconds: 250 };
export const failures: readonly Failure[] = [
  {
    name: 'a completion that holds no JSON',
    behave: (response) => sayJson(response, completionOf('Sure, I would restart it')),
    code: 'not_json',
  },
  { name: 'HTML', behave: (response) => sayJson(response, html), code: 'not_json' },
  { name: 'HTML as an answer', behave: (response) => sayJson(response, completionOf(html)), code: 'not_json' },
  {
    name: 'HTML that calls itself so',
    behave: (response) => {
      response.writeHead(200, { 'content-type': 'text/html' });
      response.end(html);
    },
    code: 'not_json',
  },
  {
    name: 'a completion without choices',
    behave: (response) => sayJson(response, { ...completionOf(''), choices: [] }),
    code: 'wrong_shape',
  },
  { name: 'JSON that is no completion', behave: (response) => sayJson(response, { hello: 1 }), code: 'wrong_shape' },
  {
    name: 'a completion without a text',
    behave: (response) => sayJson(response, completionOf(null, { message: { content: null } })),
    code: 'wrong_shape',
  },
  { name: 'an answer of another shape', behave: (response) => sayJson(response, completionOf({ tool: 'rm' })), code: 'wrong_shape' },
  {
    name: 'an answer that was cut off',
    behave: (response) => sayJson(response, completionOf('{"proposals":[{"evi', { finish_reason: 'length' })),
    code: 'truncated',
    more: { usage: { promptTokens: 321, outputTokens: 45 } },
  },
  { name: 'status 500', behave: status(500), code: 'http_error' },
  { name: 'a redirect, which is not followed', behave: status(302, { location: 'http://169.254.169.254/' }), code: 'http_error' },
  { name: 'status 429 without a word when', behave: status(429), code: 'too_many_requests', more: { retryAfterSeconds: undefined } },
  {
    name: 'status 429 with seconds',
    behave: status(429, { 'retry-after': '7' }),
    code: 'too_many_requests',
    more: { retryAfterSeconds: 7 },
  },
  {
    name: 'status 429 for years',
    behave: status(429, { 'retry-after': '99999999' }),
    code: 'too_many_requests',
    more: { retryAfterSeconds: 86_400 },
  },
  { name: 'a connection that is dropped', behave: (response) => void response.socket?.destroy(), code: 'unreachable' },
  {
    name: 'a response that ends in the middle',
    behave: (response) => {
      response.writeHead(200, { 'content-length': '1000' });
      response.write('{"choices"', () => response.socket?.destroy());
    },
    code: 'unreachable',
  },
  { name: 'silence', behave: () => undefined, code: 'timeout', change: soon },
  { name: 'a slow drip', behave: drip, code: 'timeout', change: soon },
  { name: '200 MB', behave: flood, code: 'too_large' },
  {
    name: 'packed JSON, which nobody asked for',
    behave: (response) => {
      response.writeHead(200, { 'content-encoding': 'gzip' });
      response.end(Buffer.from('1f8b0800', 'hex'));
    },
    code: 'not_json',
  },
];
