import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { closeAtTheEnd } from '../closing.js';
import type { Endpoint } from '../../../src/adapters/model/ask-provider.js';

export type Behaviour = (
  response: ServerResponse,
  request: { readonly body: string; readonly headers: IncomingMessage['headers'] },
) => void;

export const anAnswer = {
  proposals: [
    {
      evidence: ['m:disk_usage_percent'],
      rationale: 'The disk is nearly full, so it helps to know what fills it',
      choice: { mission: 'vessel-health', action: 'list_large_files', parameters: { folder: '/usr/lib', megabytes: 100 } },
    },
  ],
};

export const completionOf = (content: unknown, more: object = {}) => ({
  model: 'tiny',
  choices: [
    {
      index: 0,
      message: { role: 'assistant', content: typeof content === 'string' ? content : JSON.stringify(content) },
      finish_reason: 'stop',
      ...more,
    },
  ],
  usage: { prompt_tokens: 321, completion_tokens: 45 },
});

export function sayJson(response: ServerResponse, value: unknown): void {
  response.writeHead(200, { 'content-type': 'application/json' });
  response.end(typeof value === 'string' ? value : JSON.stringify(value));
}

/** An endpoint on this machine that behaves as it is told; what it was asked is kept. Closed after the test. */
export async function anEndpoint(behave: Behaviour, change: Partial<Endpoint> = {}) {
  const asked: { readonly body: string; readonly headers: IncomingMessage['headers']; readonly url: string | undefined }[] = [];
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => (body += chunk.toString()));
    request.on('end', () => {
      asked.push({ body, headers: request.headers, url: request.url });
      behave(response, { body, headers: request.headers });
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closeAtTheEnd(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  const endpoint: Endpoint = {
    name: 'local',
    baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
    model: 'tiny',
    profile: 'llamacpp',
    temperature: 0,
    outputTokensMax: 2_000,
    timeoutMilliseconds: 20_000,
    isLocal: true,
    responseBytesMax: 262_144,
    ...change,
  };
  return { endpoint, asked, server };
}
