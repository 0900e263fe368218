import { writeFile } from 'node:fs/promises';
import { Socket } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { createOutside, dialOut } from '../../../src/adapters/egress/connect.js';
import { defaultTimes } from '../../../src/adapters/egress/proxy.js';
import { useFolders } from '../../support/folders.js';

it('looks up the absolute name and no other, so that no search domain makes another host of it (spec X4)', async () => {
  const asked: string[] = [];
  const none = createOutside(async (name) => {
    asked.push(name);
    throw Object.assign(new Error('getaddrinfo ENOTFOUND'), { code: 'ENOTFOUND' });
  }, '/no/hosts');
  await expect(none.resolve('api.example.org')).rejects.toThrow('ENOTFOUND');
  expect(asked).toEqual(['api.example.org.']);
  const some = createOutside(async () => [{ address: '9.9.9.9' }, { address: '2620:fe::fe' }], '/no/hosts');
  expect(await some.resolve('api.example.org')).toEqual(['9.9.9.9', '2620:fe::fe']);
});

describe('/etc/hosts (hosts(5))', () => {
  const aPlace = useFolders();

  it.each([
    ['9.9.9.9 api.example.org', ['9.9.9.9']],
    ['9.9.9.9\tother.example.org  API.example.org # why\n2620:fe::fe api.example.org\r\n', ['9.9.9.9', '2620:fe::fe']],
    ['#9.9.9.9 api.example.org\n9.9.9.9 # api.example.org\n9.9.9.9 api.example.org.evil xapi.example.org\n', ['8.8.8.8']],
  ])('%j', async (text, addresses) => {
    const file = join(aPlace(), 'hosts');
    await writeFile(file, text);
    const asked: string[] = [];
    const outside = createOutside(async (name) => (asked.push(name), [{ address: '8.8.8.8' }]), file);
    expect(await outside.resolve('api.example.org')).toEqual(addresses);
    expect(asked).toEqual(addresses.includes('8.8.8.8') ? ['api.example.org.'] : []);
  });
});

it('tells who does not answer from who takes no connection', async () => {
  const code = async (dial: () => Socket) => {
    // Resolved without a file: a busy disk would use up the patience that is for the connection.
    const network = { ...createOutside(async () => [], '/no/hosts'), resolve: async () => ['9.9.9.9'], dial };
    const signal = new AbortController().signal;
    const context = {
      network,
      times: { ...defaultTimes, connectMs: 20 },
      upstreams: new Set<Socket>(),
      signal,
    };
    return dialOut({ host: 'api.example.org', port: 80 }, context);
  };
  expect(await code(() => new Socket())).toEqual({ ok: false, code: 'unanswered', ip: '9.9.9.9' });
  expect(await code(() => new Socket().destroy())).toEqual({ ok: false, code: 'unreachable', ip: '9.9.9.9' });
});
