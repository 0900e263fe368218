import { existsSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { encodeRecord, genesis, leafOf } from '../../../src/adapters/audit/format/record.js';
import { openRecordSource } from '../../../src/adapters/audit/read/record-source.js';
import { openApprovalQueue, previousQueue } from '../../../src/adapters/notify/approval-queue-file.js';
import { followTrail } from '../../../src/adapters/notify/trail-follower.js';
import type { Notification } from '../../../src/domain/trail/notification.js';
import { aDocument } from '../../support/proposals/proposals.js';
import { useFolders } from '../../support/folders.js';
import { soon } from '../../support/soon.js';
import { anEntry } from '../../support/trail/trails.js';

const folder = useFolders();
/** What is being written has no end yet. */
const idsIn = (file: string) =>
  existsSync(file)
    ? readFileSync(file, 'utf8')
        .split('\n')
        .slice(0, -1)
        .map((line) => (JSON.parse(line) as Notification).event_id)
    : [];

/** A log of so many proposals, as long as real ones; returns the cursor of whoever has read all of it. */
async function aLongLog(home: string, count: number) {
  const file = join(home, 'proposals.jsonl');
  const lines: Buffer[] = [];
  let prev = genesis;
  for (let seq = 0; seq < count; seq += 1) {
    const place = { log: 'proposals', seq, prev, vesselName: 'balaur', timestamp: new Date() } as const;
    const line = encodeRecord(anEntry(`janus-${seq.toString(16).padStart(12, '0')}/review`, { proposal: aDocument() }), place);
    prev = leafOf(line.subarray(0, -1));
    lines.push(line);
  }
  writeFileSync(file, Buffer.concat(lines));
  const source = openRecordSource(file, 'proposals');
  let cursor = source.parse('');
  for (let goesOn = true; goesOn;) ({ cursor, goesOn } = await source.readOn(cursor));
  writeFileSync(join(home, 'cursor'), JSON.stringify(cursor));
  return { file, bytes: Buffer.concat(lines).length };
}

describe('the approval queue of a long trail (spec A7)', () => {
  let home: string;
  let errors: unknown[];
  let wells: number;
  let follower: ReturnType<typeof followTrail> | undefined;
  const queue = () => join(home, 'approval_queue.jsonl');
  const follow = (change: Partial<Parameters<typeof followTrail>[0]> = {}) =>
    (follower = followTrail({
      records: openRecordSource(join(home, 'proposals.jsonl'), 'proposals'),
      file: join(home, 'proposals.jsonl'),
      cursorFile: join(home, 'cursor'),
      approvalQueueFile: queue(),
      pollMilliseconds: 20,
      onError: (error) => errors.push(error),
      onLooked: () => (wells += 1),
      ...(change as object),
    }));
  beforeEach(() => {
    [home, errors, wells] = [folder(), [], 0];
  });
  afterEach(() => follower?.close());

  it('is made again while others go on: the loop never stands still for long', async () => {
    const count = 12_000;
    const { bytes } = await aLongLog(home, count);
    let [longest, turns, last] = [0, 0, performance.now()];
    let [taken, most] = [0, 0];
    let isOver = false;
    const turn = () => {
      const now = performance.now();
      longest = Math.max(longest, now - last);
      most = Math.max(most, taken);
      [last, turns, taken] = [now, turns + 1, 0];
      if (!isOver) setImmediate(turn);
    };
    turn();
    const began = performance.now();
    const source = openRecordSource(join(home, 'proposals.jsonl'), 'proposals');
    const records: typeof source = {
      ...source,
      readUntil: (cursor, take) =>
        source.readUntil(cursor, (part) => {
          taken += part.length;
          return take(part);
        }),
    };
    follow({ records });
    await soon(() => existsSync(queue()));
    isOver = true;
    const took = Math.round(performance.now() - began);
    process.stdout.write(`${count} records, ${bytes} bytes: ${took} ms, ${turns} turns, the longest of ${Math.round(longest)} ms\n`);
    expect(idsIn(queue())).toHaveLength(count);
    // Read as one it is one turn of all the time that this takes. A busy machine makes turns longer, and not larger.
    expect(turns).toBeGreaterThan(bytes / 262_144);
    expect(most).toBeLessThanOrEqual(600);
    expect(longest).toBeLessThan(Math.max(250, took / 2));
    expect(errors).toEqual([]);
  }, 60_000);

  it('holds the newest, and the ones before them in one more file, whether it grew or was made again', async () => {
    await aLongLog(home, 1_500);
    const queueBytesMax = 100_000;
    follow({ queueBytesMax });
    await soon(() => existsSync(queue()));
    await follower?.close();
    const all = Array.from({ length: 1_500 }, (_, seq) => `janus-${seq.toString(16).padStart(12, '0')}/review`);
    const kept = [...idsIn(previousQueue(queue())), ...idsIn(queue())];
    expect(kept).toEqual(all.slice(-kept.length));
    expect(kept.length).toBeGreaterThan(30);
    expect(kept.length).toBeLessThan(1_500);

    // From the beginning, line by line.
    for (const name of [queue(), previousQueue(queue()), join(home, 'cursor')]) rmSync(name);
    writeFileSync(queue(), '');
    follow({ queueBytesMax });
    await soon(
      () =>
        idsIn(queue()).at(-1) === all.at(-1) || (existsSync(previousQueue(queue())) && idsIn(previousQueue(queue())).at(-1) === all.at(-1)),
    );
    await follower?.close();
    for (const name of [queue(), previousQueue(queue())]) expect(statSync(name).size).toBeLessThan(queueBytesMax * 6);
    const grown = [...idsIn(previousQueue(queue())), ...idsIn(queue())];
    expect(grown).toEqual(all.slice(-grown.length));
  });

  it('that cannot be made is said, tried again ever more seldom, and well again by itself', async () => {
    await aLongLog(home, 5);
    writeFileSync(join(home, 'file'), '');
    const at: number[] = [];
    follow({ approvalQueueFile: join(home, 'file', 'queue.jsonl'), onError: () => void at.push(performance.now()) });
    await soon(() => at.length >= 5);
    expect(at[4]! - at[3]!).toBeGreaterThan((at[2]! - at[1]!) * 1.5);
    expect(wells).toBe(0);
    rmSync(join(home, 'file'));
    await soon(() => wells > 0);
    expect(idsIn(join(home, 'file', 'queue.jsonl'))).toHaveLength(5);
  });

  it('is there whole or not at all: what was begun leaves nothing', async () => {
    const file = openApprovalQueue(queue(), 1_000);
    const failing = file.remake(async (take) => {
      await take([{ event_id: 'a' } as Notification]);
      throw new Error('in the middle');
    });
    await expect(failing).rejects.toThrow('in the middle');
    expect(readdirSync(home)).toEqual([]);
    await file.remake(async (take) => take([{ event_id: 'a' } as Notification]));
    expect([idsIn(queue()), readdirSync(home)]).toEqual([['a'], ['approval_queue.jsonl']]);
  });
});
