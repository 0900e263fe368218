import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, expect, it } from '@jest/globals';
import type { DevServer } from '../support/vessel/dev-server.js';
import { openDevServer } from '../support/vessel/dev-server.js';
import type { Vessel } from '../support/vessel/vessel.js';
import { openVessel } from '../support/vessel/vessel.js';

let server: DevServer;
let vessel: Vessel;
beforeAll(async () => {
  server = await openDevServer();
  vessel = await openVessel(server);
});

it('a worker whose hands cannot start ends and says why, though its brain has started', async () => {
  await mkdir(join(vessel.home, 'keys'));
  await writeFile(join(vessel.home, 'keys', 'permit.pub'), 'no key');
  // Resolves or rejects with the end of the process: one that stays there never does.
  await expect(vessel.startWorker()).rejects.toThrow('permit.pub cannot be read');
});
