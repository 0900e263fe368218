import { once } from 'node:events';
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { afterEach, expect, it } from '@jest/globals';
import { decodeHead } from '../../../src/adapters/audit/format/signed-note.js';
import { verifyTrail } from '../../../src/adapters/audit/verify/verify-trail.js';
import { pathsIn } from '../../support/trail/built-trail.js';
import { endOf, useChild } from '../../support/children.js';
import { useFolders } from '../../support/folders.js';
import { anEntry, closeTrails, openTrail } from '../../support/trail/trails.js';
import { until } from '../../support/until.js';

const folder = useFolders();
afterEach(closeTrails);
const witness = useChild('witness');
const appender = useChild('append');

const verify = async (home: string) =>
  (await verifyTrail({ files: pathsIn(home), headsFolder: join(home, 'heads'), logs: ['proposals'], full: true }))[0];
const sizeIn = (home: string) => {
  try {
    return decodeHead(readFileSync(join(home, 'heads', 'proposals.head'), 'utf8'))?.size ?? -1;
  } catch {
    return 0;
  }
};

it('the witness survives kill -9 at any moment beside a writer: every head that is left is whole, and true (spec L3)', async () => {
  const home = folder();
  const writer = appender.start(home, 'w', '0', '200');
  let newest = 0;
  for (let round = 0; round < 12; round += 1) {
    const child = witness.start(home, '0.01');
    // Of the first round, it makes its key.
    await until('a head', () => sizeIn(home) > newest || undefined);
    await wait(round * 7);
    const closed = once(child, 'close');
    child.kill('SIGKILL');
    await closed;
    newest = sizeIn(home);
    expect(newest).toBeGreaterThan(0);
    expect(await verify(home)).toMatchObject({ state: 'ok' });
  }
  writer.kill('SIGKILL');
  await once(writer, 'close');
  expect(statSync(join(home, 'heads.key')).mode & 0o777).toBe(0o600);
  // One that is told to stop leaves a head over everything.
  const child = witness.start(home, '300');
  const end = endOf(child);
  await until('it is there', () => sizeIn(home) > newest || undefined);
  const { trail } = openTrail(home);
  await trail.append('proposals', anEntry('the last one'));
  child.kill('SIGTERM');
  expect((await end).code).toBe(0);
  const verdict = await verify(home);
  expect(verdict).toMatchObject({ state: 'ok', head: { size: (verdict?.vouched?.to ?? 0) + 1 } });
});

it('loads nothing of Temporal, and says what it refuses (spec D1)', async () => {
  const home = folder();
  const { trail, file } = openTrail(home);
  for (let n = 0; n < 3; n += 1) await trail.append('proposals', anEntry(String(n)));
  const child = witness.start(home, '0.05');
  const told: { event_type?: string; problem?: { kind: string } }[] = [];
  child.on('message', (message) => told.push(message as (typeof told)[number]));
  await until('a head', () => sizeIn(home) === 3 || undefined);
  expect(readFileSync(`/proc/${child.pid}/maps`, 'utf8')).not.toMatch(/temporal|core-bridge/i);
  const { truncate } = await import('node:fs/promises');
  await truncate(file, readFileSync(file).indexOf(0x0a) + 1);
  const refused = await until('it refuses', () => told.find(({ event_type: event }) => event === 'head_refused'));
  expect(refused.problem).toMatchObject({ kind: 'head_ahead', line: 2 });
  expect(sizeIn(home)).toBe(3);
});
