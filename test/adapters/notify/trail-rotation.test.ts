import { existsSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { openRecordSource } from '../../../src/adapters/audit/read/record-source.js';
import type { Notification } from '../../../src/domain/trail/notification.js';
import { followTrail } from '../../../src/adapters/notify/trail-follower.js';
import { errno, filesThat } from '../../support/trail/faulty-files.js';
import { useFolders } from '../../support/folders.js';
import { soon } from '../../support/soon.js';
import { filesOf } from '../../support/trail/trail-check.js';
import { anEntry, closeTrails, openTrail } from '../../support/trail/trails.js';

const folder = useFolders();
let here: string;
let told: string[];
let errors: unknown[];
let follower: ReturnType<typeof followTrail>;
const at = (name: string) => join(here, name);
const follow = () =>
  (follower = followTrail({
    records: openRecordSource(at('proposals.jsonl'), 'proposals'),
    file: at('proposals.jsonl'),
    cursorFile: at('cursor'),
    approvalQueueFile: at('approval_queue.jsonl'),
    notify: async ({ event_id: id }) => void told.push(id),
    pollMilliseconds: 20,
    onError: (error) => errors.push(error),
  }));
const queued = () =>
  existsSync(at('approval_queue.jsonl'))
    ? readFileSync(at('approval_queue.jsonl'), 'utf8')
        .split('\n')
        .filter(Boolean)
        .map((line) => (JSON.parse(line) as Notification).event_id)
    : [];
const append = (trail: ReturnType<typeof openTrail>['trail'], id: string) => trail.append('proposals', anEntry(id));

// Its hooks run before the folder goes.
describe('a follower of a log of several files (spec A7, L4)', () => {
  beforeEach(() => {
    here = folder();
    told = [];
    errors = [];
  });
  afterEach(async () => {
    await follower.close();
    await closeTrails();
    expect(errors).toEqual([]);
  });

  it('tells each event once over rotations, while it follows and while it does not', async () => {
    const { trail } = openTrail(here);
    const ids: string[] = [];
    for (let round = 0; round < 4; round += 1) {
      if (round !== 1) follow();
      for (const name of ['a', 'b', 'c']) {
        ids.push(`${name}${round}`);
        await append(trail, ids.at(-1)!);
        if (name !== 'c') await trail.rotate('proposals');
      }
      if (round === 1) continue;
      await soon(() => told.length === ids.length);
      await follower.close();
      // Rotated while nobody follows: the cursor stands in a file that has another name now.
      await trail.rotate('proposals');
    }
    expect(told).toEqual(ids);
    expect(queued()).toEqual(ids);
    rmSync(at('approval_queue.jsonl'));
    follow();
    await soon(() => queued().length === ids.length);
    expect(queued()).toEqual(ids);
    expect(told).toEqual(ids);
  });

  it('tells once what a failed sync took back, and what comes again', async () => {
    let isBroken = false;
    const seam = filesThat((operation) => {
      if (isBroken && operation === 'datasync') throw errno('EIO');
    });
    const { trail, file } = openTrail(here, { seam });
    follow();
    await append(trail, 'a');
    isBroken = true;
    await expect(append(trail, 'b')).rejects.toMatchObject({ code: 'AUDIT_UNAVAILABLE' });
    await soon(() => told.length === 2);
    isBroken = false;
    await append(trail, 'b');
    await append(trail, 'c');
    await soon(() => told.length === 3);
    expect(filesOf(file)).toHaveLength(2);
    await follower.close();
    follow();
    await append(trail, 'd');
    await soon(() => told.length === 4);
    expect(told).toEqual(['a', 'b', 'c', 'd']);
    expect(queued()).toEqual(told);
  });

  it('tells once what is left of a log whose older files are gone', async () => {
    const { trail, file } = openTrail(here);
    await append(trail, 'a');
    await trail.rotate('proposals');
    await append(trail, 'b');
    follow();
    await soon(() => told.length === 2);
    await follower.close();
    await trail.rotate('proposals');
    await append(trail, 'c');
    // Moved away, as retention would.
    for (const each of filesOf(file).slice(0, -1)) renameSync(each, `${each}.gone`);
    follow();
    await soon(() => told.length === 3);
    expect(told).toEqual(['a', 'b', 'c']);
  });
});
