import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from '@jest/globals';
import { createStartLedger } from '../../../src/adapters/ledger/create-start-ledger.js';
import { startJanitor } from '../../../src/adapters/sandbox/upkeep/janitor.js';
import { createStateOf } from '../../../src/adapters/ledger/settled.js';
import { useFolders } from '../../support/folders.js';
import { aClaim, aFinish, goneIdentity, idOf } from '../../support/trail/ledgers.js';

const folder = useFolders();
const day = 86_400_000;
const id = idOf(1);
let root: string;
let days: number;
let ended: Set<string>;
let busy: Set<string>;
const ledger = () => createStartLedger({ folder: join(root, 'ledger') });
const now = () => new Date(Date.now() + days * day);
const stateOf = (each: string) =>
  createStateOf({
    ledger: ledger(),
    isBusy: (other) => busy.has(other),
    hasEnded: async (other) => ended.has(other),
    retentionDays: 7,
    now,
  })(each);

beforeEach(async () => {
  root = folder();
  days = 0;
  [ended, busy] = [new Set(), new Set()];
  // Its worker died in the middle of the first step.
  const gone = createStartLedger({ folder: join(root, 'ledger'), self: goneIdentity() });
  await gone.claim(id, aClaim('digest'));
  await gone.startStep(id, 0);
  mkdirSync(join(root, 'workspaces', id), { recursive: true });
  writeFileSync(join(root, 'workspaces', id, 'evidence'), 'half done');
});

/** One look of a janitor that was started just now, as after a restart. */
async function sweepOn(age: number): Promise<string[]> {
  days = age;
  const say = () => undefined;
  const janitor = startJanitor({
    workspacesRoot: join(root, 'workspaces'),
    retentionDays: 7,
    removes: true,
    stateOf,
    uids: [],
    log: { info: say, warn: say, error: say },
    now,
  });
  await janitor.sweep();
  await janitor.close();
  return readdirSync(join(root, 'workspaces'));
}

describe('the workspace of an interrupted action (spec X2)', () => {
  it('stays while a person may still settle it, however old it is', async () => {
    for (const age of [0, 6, 8, 400]) expect(await sweepOn(age)).toEqual([id]);
    expect(await stateOf(id)).toBe('interrupted');
  });

  it('goes seven days after it was settled, not before, also where it was old by then', async () => {
    expect(await sweepOn(30)).toEqual([id]);
    ended.add(id);
    // Noted on day 31; to the day.
    expect(await sweepOn(31)).toEqual([id]);
    expect(await sweepOn(37.9)).toEqual([id]);
    expect(await sweepOn(38.1)).toEqual([]);
  });

  it('is noted while it is young: by the time that it is old the server has forgotten', async () => {
    ended.add(id);
    expect(await sweepOn(1)).toEqual([id]);
    ended.delete(id);
    expect(await sweepOn(7.5)).toEqual([id]);
    expect(await sweepOn(8.1)).toEqual([]);
  });

  it('is not asked for what runs, nor for what has ended by itself', async () => {
    const asked: string[] = [];
    const look = createStateOf({
      ledger: ledger(),
      isBusy: (other) => busy.has(other),
      hasEnded: async (other) => asked.push(other) > 0,
      retentionDays: 7,
      now,
    });
    busy.add(id);
    expect(await look(id)).toBe('running');
    await ledger().claim(idOf(2), aClaim('digest'));
    await ledger().finish(idOf(2), aFinish());
    expect(await look(idOf(2))).toBe('final');
    expect(await look(idOf(3))).toBe('unclaimed');
    expect(asked).toEqual([]);
  });
});
