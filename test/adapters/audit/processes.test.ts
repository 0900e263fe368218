import { once } from 'node:events';
import { afterEach, expect, it } from '@jest/globals';
import { checkChain } from '../../support/check-chain.js';
import type { Receipt } from '../../../src/domain/audit.js';
import { endOf, useChild } from '../../support/children.js';
import { useFolders } from '../../support/folders.js';
import { anEntry, closeTrails, openTrail, recordsIn } from '../../support/trails.js';

const folder = useFolders();
afterEach(closeTrails);
const appender = useChild('append');

it('takes the lines of four processes at once, each once, in one chain', async () => {
  const here = folder();
  const names = ['a', 'b', 'c', 'd'];
  const ends = await Promise.all(names.map((name) => endOf(appender.start(here, name, '50'))));
  expect(ends.map(({ code }) => code)).toEqual([0, 0, 0, 0]);
  const { file } = openTrail(here);
  expect(await checkChain(file)).toEqual({ ok: true, entries: 200 });
  const wanted = names.flatMap((name) => Array.from({ length: 50 }, (_, index) => `${name}/${String(index)}`));
  expect(
    recordsIn(file)
      .map(({ id }) => id)
      .sort(),
  ).toEqual(wanted.sort());
  const receipts = ends.flatMap(({ messages }) => messages as { id: string; receipt: Receipt }[]);
  const bySeq = new Map(recordsIn(file).map(({ seq, id }) => [seq, id]));
  expect(receipts.every(({ id, receipt }) => bySeq.get(receipt.seq) === id)).toBe(true);
});

it('keeps chain and acknowledged records over twenty kill -9', async () => {
  const here = folder();
  const acknowledged: { id: string; receipt: Receipt }[] = [];
  for (let round = 0; round < 20; round += 1) {
    // Lines over 4 kB, which SIGKILL tears.
    const child = appender.start(here, String(round), '0', '60000');
    child.on('message', (message) => acknowledged.push(message as (typeof acknowledged)[number]));
    await once(child, 'message');
    // Somewhere in the next lines; not always at the same place.
    for (let more = 0; more < round % 3; more += 1) await once(child, 'message');
    const closed = once(child, 'close');
    child.kill('SIGKILL');
    await closed;
  }
  const { trail, file } = openTrail(here);
  await trail.append('proposals', anEntry('end'));
  expect(await checkChain(file)).toMatchObject({ ok: true });
  const bySeq = new Map(recordsIn(file).map(({ seq, id }) => [seq, id]));
  expect(acknowledged.length).toBeGreaterThanOrEqual(20);
  expect(acknowledged.filter(({ id, receipt }) => bySeq.get(receipt.seq) !== id)).toEqual([]);
});
