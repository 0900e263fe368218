import { existsSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { expect, it } from '@jest/globals';
import { defaultTimes, openProxy } from '../../../src/adapters/egress/proxy.js';
import { createTotals } from '../../../src/adapters/egress/totals.js';
import { fakeOutside } from '../../support/sandbox/egress.js';
import { useFolders } from '../../support/folders.js';

const folder = useFolders();

it('closes its socket where it cannot be given to the action (spec X4)', async () => {
  const socket = join(folder(), 's.sock');
  const settings = {
    domains: ['example.org'],
    connections: 1,
    bytes: 1,
    attempts: 1,
    times: defaultTimes,
    network: fakeOutside(),
    admit: () => undefined,
    totals: createTotals(),
    onLimit: () => undefined,
    onRecord: () => undefined,
  };
  let answered: boolean | undefined;
  const give = async (path: string) => {
    answered = await new Promise<boolean>((resolve) => {
      const connection = connect(path, () => resolve(true)).on('error', () => resolve(false));
      connection.once('connect', () => connection.destroy());
    });
    throw new Error('EMFILE');
  };
  await expect(openProxy(socket, 0, settings, give)).rejects.toThrow('EMFILE');
  expect([answered, existsSync(socket)]).toEqual([true, false]);
  // A name that was in use still would be refused; and jest ends only when nothing listens any more.
  await (await openProxy(socket, process.getuid?.() ?? 0, settings)).close();
});
