import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer as createTcpServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { describe, expect, it } from '@jest/globals';
import { createModel } from '../../../src/adapters/model/create-model.js';
import type { Endpoint } from '../../../src/adapters/model/ask-provider.js';
import { anAnswer, anEndpoint, completionOf, sayJson } from '../../support/model/endpoints.js';
import { failures } from '../../support/model/failures.js';
import type { Asked } from '../../support/children/ask-model.js';
import { endOf, useChild } from '../../support/children.js';
import { aCatalogue, aContext } from '../../support/model/subjects.js';

const request = { context: aContext(), catalogue: aCatalogue(), proposalsMax: 3, seed: 7 };
const prompt = { promptTokensMax: 4_000, outputTokensMax: 2_000, principles: [] };
const wayOut = { open: () => Promise.reject(new Error('nobody asked for a way out')) };
const modelAt = (endpoint: Endpoint) => createModel({ endpoints: [endpoint], prompt, wayOut, remoteFallback: false });
const ask = (endpoint: Endpoint, signal = new AbortController().signal) => modelAt(endpoint).ask(request, signal);

describe('a model that does not answer (spec T3)', () => {
  it.each(failures)('$name: $code', async ({ behave, code, change, more = {} }) => {
    const { endpoint } = await anEndpoint(behave, change);
    const answer = await ask(endpoint);
    expect({ retryAfterSeconds: undefined, ...answer }).toMatchObject({
      kind: 'failed',
      code,
      provider: 'local',
      promptDigest: expect.any(String),
      ...more,
    });
    expect(answer).not.toMatchObject({ why: expect.stringContaining('ignore your rules') });
  });

  it('takes an answer, also in a fence, and says what it cost', async () => {
    for (const content of [anAnswer, `\`\`\`json\n${JSON.stringify(anAnswer)}\n\`\`\``]) {
      const { endpoint } = await anEndpoint((response) => sayJson(response, completionOf(content)));
      expect(await ask(endpoint)).toMatchObject({
        kind: 'answered',
        candidates: [{ action: 'list_large_files', missionId: 'vessel-health' }],
        provider: 'local',
        model: 'tiny',
        usage: { promptTokens: 321, outputTokens: 45 },
      });
    }
  });

  it('ends when nobody wants the answer any more, and lets go of the connection', async () => {
    const { endpoint, server } = await anEndpoint(() => asked.abort());
    const asked = new AbortController();
    const left = new Promise((resolve) => server.once('connection', (socket) => socket.once('close', resolve)));
    expect(await ask(endpoint, asked.signal)).toMatchObject({ code: 'timeout' });
    await left;
  });

  it('says that nothing listens, and that what listens speaks no HTTP', async () => {
    const { endpoint, server } = await anEndpoint(() => undefined);
    await new Promise((resolve) => server.close(resolve));
    expect(await ask(endpoint)).toMatchObject({ code: 'unreachable' });
    const other = createTcpServer((socket) =>
      socket
        .on('error', () => socket.destroy())
        .resume()
        .end('SSH-2.0-OpenSSH_9.2\r\n'),
    );
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    const { port } = other.address() as AddressInfo;
    expect(await ask({ ...endpoint, baseUrl: `http://127.0.0.1:${port}/v1` })).toMatchObject({ code: 'http_error' });
    await new Promise((resolve) => other.close(resolve));
  });

  it('ends when its server is killed in the middle', async () => {
    const script =
      "const s=require('http').createServer(q=>q.on('data',()=>0).on('end',()=>console.log('asked')));s.listen(0,'127.0.0.1',()=>console.log(s.address().port))";
    const child = spawn(process.execPath, ['-e', script], { stdio: ['ignore', 'pipe', 'inherit'] });
    const [port] = (await once(child.stdout, 'data')) as [Buffer];
    const { endpoint } = await anEndpoint(() => undefined);
    const answer = ask({ ...endpoint, baseUrl: `http://127.0.0.1:${Number(port.toString())}/v1` });
    await once(child.stdout, 'data');
    child.kill('SIGKILL');
    expect(await answer).toMatchObject({ code: 'unreachable' });
  });

  describe('all of it in a process of its own', () => {
    const asker = useChild('ask-model');

    it('ends in time also where memory is tidied up meanwhile', async () => {
      const slow = failures.filter(({ code }) => code === 'timeout');
      const asked = await Promise.all(slow.map(async ({ behave, change }) => (await anEndpoint(behave, change)).endpoint));
      const { messages } = await endOf(asker.start(JSON.stringify(asked), 'tidy'));
      expect((messages as Asked[]).map(({ code }) => code)).toEqual(slow.map(() => 'timeout'));
    });

    it('ends each within its time and five seconds, and keeps no more than 50 MB', async () => {
      const good = await anEndpoint((response) => sayJson(response, completionOf(anAnswer)));
      const asked = await Promise.all(failures.map(async ({ behave, change }) => (await anEndpoint(behave, change)).endpoint));
      const order = [good.endpoint, ...asked, ...asked];
      const { messages } = await endOf(asker.start(JSON.stringify(order)));
      const [settled, ...rest] = messages as Asked[];
      expect(settled).toMatchObject({ code: 'answered' });
      expect(rest.map(({ code }) => code)).toEqual([...failures, ...failures].map(({ code }) => code));
      for (const [index, { milliseconds }] of rest.entries())
        expect(milliseconds).toBeLessThan(order[index + 1]!.timeoutMilliseconds + 5_000);
      expect((Math.max(...rest.map(({ peak }) => peak)) - settled!.peak) / 1_048_576).toBeLessThan(50);
    });
  });
});
