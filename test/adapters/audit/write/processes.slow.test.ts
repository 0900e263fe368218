import { once } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, expect, it } from '@jest/globals';
import { checkChain } from '../../../support/trail/check-chain.js';
import type { Receipt } from '../../../../src/domain/trail/logs.js';
import { endOf, useChild } from '../../../support/children.js';
import { useFolders } from '../../../support/folders.js';
import { readLog } from '../../../support/trail/trail-check.js';
import { anEntry, closeTrails, openTrail, recordsIn } from '../../../support/trail/trails.js';

const folder = useFolders();
afterEach(closeTrails);
const appender = useChild('append');
const rotator = useChild('rotate');

interface Acknowledged {
  readonly id: string;
  readonly receipt: Receipt;
}

/** Those that are not where, or not what, they were acknowledged to be. */
function lost(file: string, acknowledged: readonly Acknowledged[]): Acknowledged[] {
  const { records, leaves } = readLog(file);
  return acknowledged.filter(({ id, receipt: { seq, leaf } }) => records[seq]?.id !== id || leaves.get(seq) !== leaf);
}

it('takes the lines of four processes at once, each once, in one chain (spec L2, Q4f)', async () => {
  const here = folder();
  const names = ['a', 'b', 'c', 'd'];
  const ends = await Promise.all(names.map((name) => endOf(appender.start(here, name, '50'))));
  expect(ends.map(({ code }) => code)).toEqual([0, 0, 0, 0]);
  const { file } = openTrail(here);
  expect(await checkChain(file)).toEqual({ ok: true, entries: 200 });
  const wanted = names.flatMap((name) => Array.from({ length: 50 }, (_, index) => `${name}/${index}`));
  expect(
    recordsIn(file)
      .map(({ id }) => id)
      .sort(),
  ).toEqual(wanted.sort());
  const receipts = ends.flatMap(({ messages }) => messages as { id: string; receipt: Receipt }[]);
  const bySeq = new Map(recordsIn(file).map(({ seq, id }) => [seq, id]));
  expect(receipts.every(({ id, receipt }) => bySeq.get(receipt.seq) === id)).toBe(true);
});

it('keeps chain and acknowledged records over twenty kill -9 (spec L2, Q4g)', async () => {
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

it('goes on through the rotations of four processes at once (spec L2, Q4f)', async () => {
  const here = folder();
  const ends = await Promise.all(
    ['a', 'b', 'c', 'd'].map((name, index) => endOf(rotator.start(here, name, String(index + 2), '10', '25'))),
  );
  expect(ends.map(({ code }) => code)).toEqual([0, 0, 0, 0]);
  const { file } = openTrail(here);
  const acknowledged = ends.flatMap(({ messages }) => messages as Acknowledged[]);
  expect(acknowledged).toHaveLength(100);
  expect(lost(file, acknowledged)).toEqual([]);
  const { entries, files } = readLog(file);
  expect(entries).toHaveLength(100);
  expect(files.length).toBeGreaterThan(20);
});

it('keeps chain and acknowledged records over thirty kill -9 of rotating processes, with one that lives through all (spec L2, Q4g)', async () => {
  const here = folder();
  const acknowledged: Acknowledged[] = [];
  const start = (name: string) => {
    const child = rotator.start(here, name, '1', name.endsWith('0') ? '60000' : '10');
    child.on('message', (message) => acknowledged.push(message as Acknowledged));
    return child;
  };
  const witness = openTrail(here);
  for (let round = 0; round < 15; round += 1) {
    const pair = [start(`a${round}`), start(`b${round}`)];
    await Promise.all(pair.map((child) => once(child, 'message')));
    await pause(round * 7);
    const closed = pair.map((child) => once(child, 'close'));
    for (const child of pair) child.kill('SIGKILL');
    await Promise.all(closed);
    acknowledged.push({
      id: `round ${round}`,
      receipt: await witness.trail.append('proposals', anEntry(`round ${round}`)),
    });
  }
  expect(acknowledged.length).toBeGreaterThanOrEqual(45);
  expect(lost(witness.file, acknowledged)).toEqual([]);
}, 60_000);
