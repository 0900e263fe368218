import { appendFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from '@jest/globals';
import { keepTrail } from '../../../../src/adapters/audit/write/keep-trail.js';
import { createLogTree, treeToHex } from '../../../../src/adapters/audit/format/log-tree.js';
import { checkChain } from '../../../support/trail/check-chain.js';
import { errno, filesThat } from '../../../support/trail/faulty-files.js';
import { useFolders } from '../../../support/folders.js';
import { sha256 } from '../../../support/proposals/proposals.js';
import { filesOf, readLog } from '../../../support/trail/trail-check.js';
import { anEntry, closeTrails, openTrail } from '../../../support/trail/trails.js';

const folder = useFolders();
afterEach(closeTrails);
const day = 86_400_000;
const start = Date.parse('2026-01-01T00:00:00.000Z');

/** One record and one rotation on each of `days` days. */
async function aTrailOf(days: number, options: Parameters<typeof openTrail>[1] = {}) {
  const here = folder();
  const time = { now: start };
  const clock = () => new Date(time.now);
  const { trail, file } = openTrail(here, { clock, ...options });
  for (let index = 0; index < days; index += 1) {
    await trail.append('proposals', anEntry(`day ${index}`));
    await trail.rotate('proposals');
    time.now += day;
  }
  const upkeep = (proposals: number | undefined) =>
    keepTrail({ trail, rotation: {}, retentionDays: { proposals }, now: clock(), logs: ['proposals'] });
  return { here, trail, file, time, upkeep, missionLog: join(here, 'mission_log.jsonl') };
}

describe('retention (spec L4)', () => {
  it('removes whole files that are old enough, says durably what they were, and verification goes on', async () => {
    const { here, trail, file, upkeep, missionLog } = await aTrailOf(5);
    const before = readLog(file);
    const firstFile = readFileSync(filesOf(file)[0]!);
    const { pruned, rotated, kept } = await upkeep(3);
    expect([rotated, kept]).toEqual([[], []]);
    expect(pruned.map(({ firstSeq, lastSeq }) => [firstSeq, lastSeq])).toEqual([
      [0, 1],
      [2, 4],
    ]);
    const said = readLog(missionLog).records;
    expect(said.map(({ id }) => id)).toEqual(['pruned/proposals/0', 'pruned/proposals/2']);
    expect(said[0]).toMatchObject({
      ...{ event_type: 'segment_pruned', pruned_log: 'proposals', segment: before.files[0], first_seq: 0, last_seq: 1 },
      ...{ leaf_last: before.leaves.get(1), sha256: sha256(firstFile.toString()) },
    });
    const tree = createLogTree();
    for (let seq = 0; seq <= 4; seq += 1) tree.append(Buffer.from(before.leaves.get(seq)!, 'hex'));
    expect(said[1]!['tree']).toEqual(treeToHex(tree));
    expect(await checkChain(file)).toMatchObject({ ok: true });
    const next = openTrail(here).trail;
    expect((await next.append('proposals', anEntry('later'))).seq).toBe((await trail.append('proposals', anEntry('later'))).seq);
    expect(await next.find('proposals', 'day 0')).toBeUndefined();
    expect(await next.find('proposals', 'day 4')).toBeDefined();
    expect((await upkeep(3)).pruned).toEqual([]);
    expect(await checkChain(file)).toMatchObject({ ok: true });
  });

  it('keeps for ever without days, and never removes the active file', async () => {
    const { file, time, upkeep } = await aTrailOf(2);
    time.now += 1_000 * day;
    expect((await upkeep(undefined)).pruned).toEqual([]);
    expect((await upkeep(1)).pruned).toHaveLength(2);
    expect(filesOf(file)).toEqual([file]);
  });

  it('removes nothing while the mission log cannot be written, and goes on behind a crash between the two', async () => {
    let isBroken = false;
    const seam = filesThat((operation) => {
      if (isBroken && operation === 'write') throw errno('ENOSPC');
    });
    const { trail, file, time } = await aTrailOf(3, { seam });
    time.now += 1_000 * day;
    isBroken = true;
    const before = filesOf(file);
    const cutoff = new Date(start + 2 * day);
    await expect(trail.prune('proposals', cutoff)).rejects.toMatchObject({ code: 'AUDIT_UNAVAILABLE' });
    expect(filesOf(file)).toEqual(before);
    isBroken = false;
    const content = readFileSync(before[0]!);
    expect((await trail.prune('proposals', new Date(start + day / 2))).removed).toHaveLength(1);
    // As if it had died before the removal.
    writeFileSync(before[0]!, content);
    expect(await checkChain(file)).toMatchObject({ ok: true });
    expect((await trail.prune('proposals', cutoff)).removed).toHaveLength(2);
    expect(existsSync(before[0]!)).toBe(false);
    expect(await checkChain(file)).toMatchObject({ ok: true });
  });

  it('keeps what does not hold, and all behind it: it is evidence', async () => {
    const { file, upkeep } = await aTrailOf(4);
    const [, second] = filesOf(file);
    writeFileSync(second!, readFileSync(second!, 'utf8').replace('about day 1', 'about day 9'));
    const { pruned, kept } = await upkeep(1);
    expect(pruned).toHaveLength(1);
    expect(kept).toEqual([{ log: 'proposals', why: expect.stringContaining('line ') }]);
    expect(existsSync(second!)).toBe(true);
  });

  it('removes a file with lines that a failed sync took back', async () => {
    let isBroken = false;
    const seam = filesThat((operation) => {
      if (isBroken && operation === 'datasync') throw errno('EIO');
    });
    const { trail, file, time, upkeep } = await aTrailOf(0, { seam });
    await trail.append('proposals', anEntry('a'));
    isBroken = true;
    await expect(trail.append('proposals', anEntry('b'))).rejects.toMatchObject({ code: 'AUDIT_UNAVAILABLE' });
    isBroken = false;
    await trail.append('proposals', anEntry('b'));
    time.now += 10 * day;
    await trail.append('proposals', anEntry('c'));
    expect((await upkeep(5)).pruned).toMatchObject([{ firstSeq: 0, lastSeq: 0 }]);
    expect(await checkChain(file)).toMatchObject({ ok: true });
  });
});

describe('an outage (spec L2)', () => {
  it('is told once, and its end once, however often is asked in between; a record that is too long is none', async () => {
    const told: unknown[] = [];
    let isBroken = false;
    let now = start;
    const seam = filesThat((operation) => {
      if (isBroken && operation === 'write') throw errno('ENOSPC');
    });
    const { trail, file } = openTrail(folder(), {
      ...{ seam, clock: () => new Date(now) },
      onOutage: {
        unavailable: (log, why) => told.push([log, why.includes('ENOSPC')]),
        recovered: (log, milliseconds) => told.push([log, milliseconds]),
      },
    });
    await trail.append('proposals', anEntry('a'));
    await expect(trail.append('proposals', { ...anEntry('long'), summary: 'x'.repeat(70_000) })).rejects.toThrow();
    for (let round = 0; round < 2; round += 1) {
      isBroken = true;
      for (let attempt = 0; attempt < 3; attempt += 1) await expect(trail.append('proposals', anEntry('b'))).rejects.toThrow();
      await trail.find('proposals', 'a');
      isBroken = false;
      now += 5_000;
      await trail.append('proposals', anEntry(`b${round}`));
      await trail.append('proposals', anEntry(`c${round}`));
    }
    expect(told).toEqual([
      ['proposals', true],
      ['proposals', 5_000],
      ['proposals', true],
      ['proposals', 5_000],
    ]);
    appendFileSync(file, '');
    expect(await checkChain(file)).toMatchObject({ ok: true });
  });
});
