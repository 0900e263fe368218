import { expect, it } from '@jest/globals';
import { takesAnybody } from '../../src/client/anybody.js';
import { loadTemporalConnection } from '../../src/client/temporal-connection.js';
import { aFolder } from '../support/folders.js';
import { openDevServer } from '../support/vessel/dev-server.js';

const empty = aFolder();

it('a dev server lists proposals for whoever reaches it, and one that is away tells nothing (spec D5)', async () => {
  const server = await openDevServer();
  const temporal = loadTemporalConnection(
    { HOME: empty, XDG_CONFIG_HOME: empty, TEMPORAL_ADDRESS: server.address, TEMPORAL_API_KEY: '' },
    empty,
  );
  expect(await takesAnybody(temporal)).toBe(true);
  // What the profile brings is not what it is asked with.
  const withKey = { ...temporal, connectionOptions: { ...temporal.connectionOptions, apiKey: 'a key', tls: false } };
  expect(await takesAnybody(withKey)).toBe(true);
  await server.kill();
  expect(await takesAnybody(temporal, 500)).toBeUndefined();
});
