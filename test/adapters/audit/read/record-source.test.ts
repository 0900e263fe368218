import { appendFileSync, readFileSync } from 'node:fs';
import { afterEach, describe, expect, it } from '@jest/globals';
import type { Cursor } from '../../../../src/adapters/audit/read/record-source.js';
import { openRecordSource } from '../../../../src/adapters/audit/read/record-source.js';
import { useFolders } from '../../../support/folders.js';
import { anEntry, closeTrails, openTrail } from '../../../support/trail/trails.js';

const folder = useFolders();

/** Reads on to the end of the log; the ids, and the cursor as it would be kept. */
async function readAll(path: string, kept: string) {
  const source = openRecordSource(path, 'proposals');
  const ids: string[] = [];
  let cursor = source.parse(kept);
  for (let goesOn = true; goesOn;) {
    const read = await source.readOn(cursor);
    ids.push(...read.records.map(({ record }) => record.id).filter((id) => !id.startsWith('segment/')));
    ({ cursor, goesOn } = read);
  }
  return { ids, kept: JSON.stringify(cursor) };
}

async function idsUntil(path: string, cursor: Cursor): Promise<string[]> {
  const ids: string[] = [];
  await openRecordSource(path, 'proposals').readUntil(cursor, async (part) => void ids.push(...part.map(({ id }) => id)));
  return ids.filter((id) => !id.startsWith('segment/'));
}

describe('records from a cursor on (spec L4)', () => {
  afterEach(closeTrails);

  it('are each shown once, over rotations, and until there again', async () => {
    const { trail, file } = openTrail(folder());
    let kept = '';
    const all: string[] = [];
    for (const id of ['a', 'b', 'c', 'd', 'e']) {
      await trail.append('proposals', anEntry(id));
      if (id !== 'd') await trail.rotate('proposals');
      const read = await readAll(file, kept);
      all.push(id);
      expect(read.ids).toEqual([id]);
      kept = read.kept;
      const cursor = openRecordSource(file, 'proposals').parse(kept);
      expect(await idsUntil(file, cursor)).toEqual(all);
    }
    expect((await readAll(file, '')).ids).toEqual(all);
  });

  it('are those of this log only, and wait for the end of a line', async () => {
    const { trail, file } = openTrail(folder());
    await trail.append('proposals', anEntry('a'));
    await trail.append('proposals', anEntry('b'));
    const [, line = ''] = readFileSync(file, 'utf8').split('\n');
    appendFileSync(file, `${line.replace('"log":"proposals"', '"log":"tool_use"')}\n${line.slice(0, 40)}`);
    const read = await readAll(file, '');
    expect(read.ids).toEqual(['a', 'b']);
    appendFileSync(file, `${line.slice(40)}\n`);
    expect((await readAll(file, read.kept)).ids).toEqual(['b']);
  });

  it.each(['', 'null', '5', '{}', '{', '{"segment":"x","offset":1,"seq":1}', '{"segment":"x","offset":-0.5,"seq":1,"takenBack":[]}'])(
    'begin anew where %j was kept, and nothing counts as read then',
    async (kept) => {
      const { trail, file } = openTrail(folder());
      await trail.append('proposals', anEntry('a'));
      expect((await readAll(file, kept)).ids).toEqual(['a']);
      expect(await idsUntil(file, openRecordSource(file, 'proposals').parse(kept))).toEqual([]);
    },
  );

  it('come part by part, over lines of any length, and the same each time', async () => {
    const { trail, file } = openTrail(folder());
    const ids = Array.from({ length: 900 }, (_, index) => `id ${index}`);
    for (const [index, id] of ids.entries()) {
      await trail.append('proposals', anEntry(id, { word: 'x'.repeat(index % 300 === 0 ? 40_000 : 900) }));
      if (index === 400) await trail.rotate('proposals');
    }
    const source = openRecordSource(file, 'proposals');
    let [cursor, parts] = [source.parse(''), 0];
    const read: string[] = [];
    for (let goesOn = true; goesOn; parts += 1) {
      const part = await source.readOn(cursor);
      expect(part.records.length).toBeLessThanOrEqual(300);
      read.push(...part.records.map(({ record }) => record.id));
      ({ cursor, goesOn } = part);
    }
    expect(parts).toBeGreaterThan(3);
    expect(read.filter((id) => !id.startsWith('segment/'))).toEqual(ids);
    expect(await idsUntil(file, cursor)).toEqual(ids);
    appendFileSync(file, `${'y'.repeat(600_000)}\n`);
    const beyond = await source.readOn(cursor);
    expect([beyond.records, beyond.cursor.offset]).toEqual([[], readFileSync(file).length]);
  });

  it('are none where there is no log', async () => {
    expect((await readAll(`${folder()}/proposals.jsonl`, '')).ids).toEqual([]);
  });
});
