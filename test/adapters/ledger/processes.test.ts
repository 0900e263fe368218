import { once } from 'node:events';
import { expect, it } from '@jest/globals';
import { createStartLedger } from '../../../src/adapters/ledger/create-start-ledger.js';
import { useChild } from '../../support/children.js';
import { useFolders } from '../../support/folders.js';
import { aClaim, idOf } from '../../support/trail/ledgers.js';

const folder = useFolders();
const claimer = useChild('claim');

/** What a child claimed until it said that it was done, or until it was gone. */
function claimsOf(child: ReturnType<typeof claimer.start>): { readonly got: number[]; readonly done: Promise<unknown> } {
  const got: number[] = [];
  const done = new Promise((resolve) => {
    child.on('message', (message) => (typeof message === 'number' ? got.push(message) : resolve(message)));
    child.once('close', resolve);
  });
  return { got, done };
}

it('is claimed by exactly one of four processes (spec X5)', async () => {
  const here = folder();
  const children = Array.from({ length: 4 }, () => claimsOf(claimer.start(here, '0', '40')));
  await Promise.all(children.map(({ done }) => done));
  const got = children.flatMap((child) => child.got).sort((a, b) => a - b);
  expect(got).toEqual(Array.from({ length: 40 }, (_, index) => index));
});

it('runs while its claimant lives and is interrupted once that was killed (spec X5)', async () => {
  const here = folder();
  const child = claimer.start(here, '0', '1');
  await claimsOf(child).done;
  const ledger = createStartLedger({ folder: here });
  expect((await ledger.read(idOf(0))).kind).toBe('running');
  const closed = once(child, 'close');
  child.kill('SIGKILL');
  await closed;
  expect((await ledger.read(idOf(0))).kind).toBe('interrupted');
  expect(await ledger.claim(idOf(0), aClaim('d'))).toBe(false);
});

it('is granted at most once over ten kill -9 in the middle of claiming (spec X5, Q4g)', async () => {
  const here = folder();
  const got: number[] = [];
  for (let round = 0; round < 10; round += 1) {
    const child = claimer.start(here, '0', '100000');
    const claims = claimsOf(child);
    await once(child, 'message');
    for (let more = 0; more < round; more += 1) await once(child, 'message');
    child.kill('SIGKILL');
    await claims.done;
    got.push(...claims.got);
  }
  expect(new Set(got).size).toBe(got.length);
  expect(got.length).toBeGreaterThanOrEqual(10);
  const ledger = createStartLedger({ folder: here });
  for (const number of got) expect(await ledger.claim(idOf(number), aClaim('d'))).toBe(false);
  const next = Math.max(...got) + 10;
  const granted = await Promise.all([1, 2, 3].map(() => ledger.claim(idOf(next), aClaim('d'))));
  expect(granted.filter(Boolean)).toHaveLength(1);
});
