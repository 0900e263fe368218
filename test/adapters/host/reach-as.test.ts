import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { expect } from '@jest/globals';
import { reachesAsNobody } from '../../../src/adapters/host/reach-as.js';
import { itAsRoot } from '../../support/root.js';

itAsRoot('tries as nobody whether a port takes connections (spec D5)', async () => {
  const server = createServer((socket) => socket.destroy());
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  expect(await reachesAsNobody('127.0.0.1', port)).toBe(true);
  await new Promise((resolve) => server.close(resolve));
  expect(await reachesAsNobody('127.0.0.1', port)).toBe(false);
});
