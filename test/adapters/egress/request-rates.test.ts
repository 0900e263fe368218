import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { createAdmission } from '../../../src/adapters/egress/request-rates.js';
import type { EgressBench } from '../../support/sandbox/egress.js';
import { clientHello, exchange, fakeOutside, openEgressBench, somewhere } from '../../support/sandbox/egress.js';

const host = 'api.example.org';
const uid = process.getuid?.() === 0 ? 61_999 : (process.getuid?.() ?? 0);
const request = { action: 'a/b', domains: [host], connections: 9, bytes: 10_000, attempts: 20, uid };
const get = `GET http://${host}/ HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`;
const statusOf = (answer: string) => answer.split(' ')[1];

describe('requests of all actions together (spec X4, G5)', () => {
  const server = createServer((_incoming, response) => response.end('hello'));
  const network = fakeOutside({ [host]: [[somewhere]] });
  let bench: EgressBench;
  beforeEach(async () => {
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    network.ports.plain = (server.address() as AddressInfo).port;
    bench = await openEgressBench(network, {}, { perMinute: 3, perHour: 100 });
  });
  afterEach(async () => {
    await bench.close();
    await new Promise((resolve) => server.close(resolve));
  });

  it('beyond the limit get 429 with the time to try again, whichever action asks, and are recorded as refused', async () => {
    const [one, two] = [await bench.client.open(request), await bench.client.open(request)];
    const answers = [];
    for (const { socket } of [one, two, one, two, one]) answers.push(await exchange(socket, [get]));
    expect(answers.map(statusOf)).toEqual(['200', '200', '200', '429', '429']);
    expect(answers[3]).toMatch(/\r\nretry-after: ([1-9]|[1-5]\d|60)\r\n/);
    expect(answers[3]).toContain('janus-egress: refused (rate): the actions of this vessel made too many requests lately');
    // A tunnel is one request: what goes through it nobody can see.
    expect(await exchange(two.socket, [`CONNECT ${host}:443 HTTP/1.1\r\n\r\n`, clientHello(host)])).toMatch(
      /^HTTP\/1\.1 429 .*\r\n(.*\r\n)*retry-after: \d+\r\n/,
    );
    const used = await Promise.all([one.close(), two.close()]);
    expect(used.map((use) => use?.denied)).toEqual([1, 2]);
    expect(used.map((use) => use?.records.map(({ verdict }) => verdict))).toEqual([
      ['allowed', 'allowed', 'rate'],
      ['allowed', 'rate', 'rate'],
    ]);
  });

  it('that are refused for another reason count for nothing', async () => {
    const { socket } = await bench.client.open(request);
    const strange = get.replaceAll(host, 'evil.example.com');
    for (let asked = 0; asked < 5; asked += 1) expect(statusOf(await exchange(socket, [strange]))).toBe('403');
    expect(statusOf(await exchange(socket, [get]))).toBe('200');
  });
});

describe('createAdmission', () => {
  it('never lets more go in any minute or hour, and says exactly when the next one may', () => {
    const rates = fc.record({ perMinute: fc.integer({ min: 1, max: 5 }), perHour: fc.integer({ min: 1, max: 20 }) });
    fc.assert(
      fc.property(rates, fc.array(fc.integer({ min: 0, max: 40_000 }), { maxLength: 200 }), ({ perMinute, perHour }, waits) => {
        let at = 0;
        const admit = createAdmission({ perMinute, perHour }, () => at);
        const gone: number[] = [];
        for (const wait of waits) {
          at += wait;
          const seconds = admit();
          if (seconds === undefined) gone.push(at);
          else {
            at += (seconds - 1) * 1_000;
            if (seconds > 1) expect(admit()).toBe(1);
            at += 1_000;
            expect(admit()).toBeUndefined();
            gone.push(at);
          }
        }
        const most = (span: number) => Math.max(0, ...gone.map((from) => gone.filter((each) => each >= from && each < from + span).length));
        expect([most(60_000) <= perMinute, most(3_600_000) <= perHour]).toEqual([true, true]);
      }),
    );
  });

  it('limits nothing where nothing is said', () => {
    const admit = createAdmission({});
    for (let asked = 0; asked < 1_000; asked += 1) expect(admit()).toBeUndefined();
  });
});
