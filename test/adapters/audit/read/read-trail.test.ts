import { appendFileSync, readFileSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from '@jest/globals';
import type { ReadPosition } from '../../../../src/adapters/audit/read/read-trail.js';
import { readLast, readTrail } from '../../../../src/adapters/audit/read/read-trail.js';
import type { BuiltTrail } from '../../../support/trail/built-trail.js';
import { buildTrail } from '../../../support/trail/built-trail.js';
import { useFolders } from '../../../support/folders.js';
import { anEntry, closeTrails, openTrail } from '../../../support/trail/trails.js';

const folder = useFolders();
afterEach(closeTrails);

const at = (home: string) => join(home, 'proposals.jsonl');
async function seqsFrom(home: string, from?: ReadPosition) {
  const seqs: number[] = [];
  const end = await readTrail(at(home), 'proposals', ({ record }) => void seqs.push(record.seq), from);
  return { seqs, end };
}
const lastSeqs = async (home: string, count: number) => (await readLast(at(home), 'proposals', count)).last.map(({ record }) => record.seq);
const written = (fill: (trail: BuiltTrail) => void): string => {
  const home = folder();
  const trail = buildTrail();
  fill(trail);
  trail.write(home);
  return home;
};
const add = (trail: BuiltTrail, count: number, data = {}) => {
  for (let n = 0; n < count; n += 1) trail.add('proposals', data);
};
const range = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, n) => from + n);

describe('the records of a log, whatever its files are called (spec L4)', () => {
  it('in order, without torn lines, and without those that a failed sync took with it', async () => {
    const home = written((trail) => {
      add(trail, 2);
      trail.tear('proposals', Buffer.from('{"timestamp":"2026'));
      trail.rotate('proposals');
      add(trail, 2);
      trail.abandon('proposals', 3);
      add(trail, 1);
    });
    appendFileSync(at(home), '{"v":1,"log":"proposals","seq":99,"id":"x"');
    // 0, 1, seal, close | open, two | open, one
    expect((await seqsFrom(home)).seqs).toEqual(range(0, 8));
    expect(await lastSeqs(home, 100)).toEqual(range(0, 8));
  });

  it('with the very bytes of each line', async () => {
    const home = written((trail) => add(trail, 3, { word: 'grün €' }));
    const lines: string[] = [];
    await readTrail(at(home), 'proposals', ({ line }) => void lines.push(`${line}\n`));
    expect(lines.join('')).toBe(readFileSync(at(home), 'utf8'));
  });

  it('none of a log that is not there, nor of another one', async () => {
    expect(await seqsFrom(folder())).toEqual({ seqs: [], end: undefined });
    expect(await readLast(at(folder()), 'proposals', 5)).toEqual({ last: [], end: undefined });
    const home = written((trail) => add(trail, 1));
    const other = await readLast(at(home), 'tool_use', 5);
    expect(other.last).toEqual([]);
  });
});

describe('the last records', () => {
  it('from as many files as are needed', async () => {
    const home = written((trail) => {
      for (let n = 0; n < 3; n += 1) {
        add(trail, 2);
        trail.rotate('proposals');
      }
    });
    for (const count of [0, 1, 2, 3, 5, 9, 12, 13])
      expect(await lastSeqs(home, count)).toEqual(range(0, 11).slice(Math.max(0, 12 - count)));
  });

  it('from the end of a large file, and from before that where there are too few', async () => {
    // 60 records of 60 kB: the first look back reaches 17 of them.
    const home = written((trail) => add(trail, 60, { word: '"{'.repeat(20_000) }));
    for (const count of [0, 1, 16, 17, 18, 40, 60, 61])
      expect(await lastSeqs(home, count)).toEqual(range(0, 59).slice(Math.max(0, 60 - count)));
  });
});

describe('following (spec L4)', () => {
  it('goes on behind what was read, in the next file too; an unfinished line waits for its end', async () => {
    const home = folder();
    const { trail, file } = openTrail(home);
    await trail.append('proposals', anEntry('a'));
    const first = await seqsFrom(home);
    expect(first.seqs).toEqual([0]);
    expect((await seqsFrom(home, first.end)).seqs).toEqual([]);
    await trail.append('proposals', anEntry('b'));
    await trail.rotate('proposals', {});
    await trail.append('proposals', anEntry('c'));
    const second = await seqsFrom(home, first.end);
    expect(second.seqs).toEqual([1, 2, 3, 4]);
    const line = readFileSync(file, 'utf8').split('\n')[1] ?? '';
    appendFileSync(file, line.slice(0, 50));
    const third = await seqsFrom(home, second.end);
    expect(third.seqs).toEqual([]);
    appendFileSync(file, `${line.slice(50)}\n`);
    expect((await seqsFrom(home, third.end)).seqs).toEqual([4]);
  });

  it('where its file is gone: from the oldest that is there', async () => {
    const home = written((trail) => add(trail, 2));
    const { end } = await seqsFrom(home);
    renameSync(at(home), `${at(home)}.old`);
    buildTrail().write(home);
    expect((await seqsFrom(home, end)).seqs).toEqual([]);
    const trail = buildTrail();
    add(trail, 3);
    trail.write(home);
    expect((await seqsFrom(home, end)).seqs).toEqual([0, 1, 2]);
  });
});
