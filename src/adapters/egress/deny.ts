import type { DenyCode } from '../../domain/action/denials.js';
import { denials } from '../../domain/action/denials.js';

/** What is no refusal of ours has the status that any other proxy gives it: who gets it may try again, and asks nobody for a permission. */
const statuses: Readonly<Partial<Record<DenyCode, readonly [status: number, phrase: string]>>> = {
  head: [431, 'Request Header Fields Too Large'],
  'header-timeout': [408, 'Request Timeout'],
  'no-address': [502, 'Bad Gateway'],
  unreachable: [502, 'Bad Gateway'],
  'bad-answer': [502, 'Bad Gateway'],
  unanswered: [504, 'Gateway Timeout'],
  rate: [429, 'Too Many Requests'],
};

const answerOf = (code: DenyCode) => statuses[code] ?? ([403, 'Forbidden'] as const);

export const denyStatus = (code: DenyCode): number => answerOf(code)[0];

export const denyBody = (code: DenyCode): string =>
  `janus-egress: ${[403, 429].includes(denyStatus(code)) ? 'refused' : 'failed'} (${code}): ${denials[code]}\n`;

/** `retrySeconds`: where it may go later. */
export function denyHeaders(code: DenyCode, retrySeconds?: number): Record<string, string> {
  return {
    'content-type': 'text/plain; charset=utf-8',
    'content-length': String(Buffer.byteLength(denyBody(code))),
    connection: 'close',
    'x-janus-egress': code,
    ...(retrySeconds !== undefined && { 'retry-after': String(retrySeconds) }),
  };
}

/** The whole reply, for sockets that no parser writes to. */
export function denyReply(code: DenyCode, retrySeconds?: number): string {
  const headers = Object.entries(denyHeaders(code, retrySeconds)).map(([name, value]) => `${name}: ${value}\r\n`);
  return `HTTP/1.1 ${answerOf(code).join(' ')}\r\n${headers.join('')}\r\n${denyBody(code)}`;
}
