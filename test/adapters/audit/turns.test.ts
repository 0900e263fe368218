import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, it } from '@jest/globals';
import { encodeRecord, genesis, leafOf } from '../../../src/adapters/audit/format/record.js';
import { projectTrail } from '../../../src/adapters/audit/read/read-trail.js';
import { readLifecycle } from '../../../src/adapters/audit/read/read-lifecycle.js';
import { verifyTrail } from '../../../src/adapters/audit/verify/verify-trail.js';
import type { LogName } from '../../../src/domain/trail/logs.js';
import { useFolders } from '../../support/folders.js';
import { logNames, pathsIn } from '../../support/trail/built-trail.js';
import { anEntry, closeTrails, openTrail } from '../../support/trail/trails.js';

const folder = useFolders();
afterEach(closeTrails);

const records = 12_000;
/** So many lines of 700 bytes take some 8 ms: heartbeats and the watchdog wait for thousands of times that. */
const linesMax = 2_000;

/** A long log, as a year leaves it in many files: `proposals` or `tool_use`, which retention may remove. */
async function aLongLog(log: LogName): Promise<string> {
  const home = folder();
  mkdirSync(join(home, 'heads'));
  let prev = genesis;
  const lines = Array.from({ length: records }, (_, seq) => {
    const place = { log, seq, prev, vesselName: 'balaur', timestamp: new Date('2026-01-01T00:00:00.000Z') };
    const line = encodeRecord(anEntry(`id/${seq}`, { word: 'x'.repeat(400) }), place);
    prev = leafOf(line.subarray(0, -1));
    return line;
  });
  writeFileSync(pathsIn(home)[log], Buffer.concat(lines));
  return home;
}

/** How many records were taken between two turns of the event loop, at most. */
async function mostIn(pass: (taken: () => void) => Promise<unknown>): Promise<{ readonly most: number; readonly all: number }> {
  let [now, most, all] = [0, 0, 0];
  const turn = () => {
    most = Math.max(most, now);
    now = 0;
    turning = setImmediate(turn);
  };
  let turning = setImmediate(turn);
  await pass(() => {
    now += 1;
    all += 1;
  });
  clearImmediate(turning);
  return { most: Math.max(most, now), all };
}

const passes: Readonly<Record<string, (home: string, taken: () => void) => Promise<unknown>>> = {
  'opening it': (home, taken) => openTrail(home, { observe: taken }).trail.find('proposals', 'none'),
  'verifying it': (home, taken) =>
    verifyTrail({ files: pathsIn(home), headsFolder: join(home, 'heads'), logs: logNames, full: true, observe: () => taken }),
  'a report of it': (home, taken) => projectTrail(pathsIn(home), { apply: taken, forget: () => undefined }),
  'reconciling it': (home, taken) => readLifecycle(pathsIn(home).proposals, { wants: () => true, take: taken }),
};

it.each(Object.entries(passes))('%s lets others have their turn, however long the log is (spec O3)', async (_, pass) => {
  const home = await aLongLog('proposals');
  const { most, all } = await mostIn((taken) => pass(home, taken));
  expect(all).toBe(records);
  expect(most).toBeLessThanOrEqual(linesMax);
});

it('retention lets others have their turn while it looks whether a file still holds', async () => {
  const home = await aLongLog('tool_use');
  const { trail } = openTrail(home);
  await trail.rotate('tool_use');
  let [turns, turning] = [0, setImmediate(() => undefined)];
  const turn = () => {
    turns += 1;
    turning = setImmediate(turn);
  };
  turn();
  await trail.prune('tool_use', new Date('2027-01-01T00:00:00.000Z'));
  clearImmediate(turning);
  expect(readdirSync(home).filter((name) => name.startsWith('tool_use.0'))).toEqual([]);
  expect(turns).toBeGreaterThan(records / linesMax);
});
