import { appendFileSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { journalsStamp, noteRecorded, openJournal, readMarks, readUnrecorded } from '../../../src/adapters/controls/journal.js';
import { useFolders } from '../../support/folders.js';

const newFolder = useFolders();
const at = (seconds: number) => () => new Date(seconds * 1_000);
const happened = (summary: string, more = '') => ({ event: 'relief.degrade', summary, data: { more } });
const summaries = (folder: string) => readUnrecorded(folder).map(({ summary }) => summary);

describe('what has yet to be recorded (spec G1)', () => {
  it('is told in order, those of one journal in their own, whatever the clock does', async () => {
    const folder = newFolder();
    let seconds = 10;
    const tick = openJournal(folder, 'tick', () => new Date(seconds * 1_000));
    const guard = openJournal(folder, 'guard', at(20));
    await guard.append(happened('guard'));
    await Promise.all([tick.append(happened('first')), tick.append(happened('second'))]);
    seconds = 5;
    await tick.append(happened('third'));
    expect(summaries(folder)).toEqual(['first', 'second', 'third', 'guard']);
    expect(readUnrecorded(folder).map(({ source, seq }) => `${source} ${seq}`)).toEqual(['tick 1', 'tick 2', 'tick 3', 'guard 1']);
  });

  it('is what no mark says is recorded, of this journal and of no other', async () => {
    const folder = newFolder();
    const tick = openJournal(folder, 'tick');
    for (const name of ['a', 'b', 'c']) await tick.append(happened(name));
    const { of = '' } = readUnrecorded(folder)[0] ?? {};
    await noteRecorded(folder, { tick: { of, seq: 2 } });
    expect(summaries(folder)).toEqual(['c']);
    await noteRecorded(folder, { guard: { of, seq: 7 } });
    expect(readMarks(folder)).toEqual({ tick: { of, seq: 2 }, guard: { of, seq: 7 } });
    rmSync(join(folder, 'tick.jsonl'));
    await tick.append(happened('of a new one'));
    expect(summaries(folder)).toEqual(['of a new one']);
    expect(readUnrecorded(folder)[0]?.of).not.toBe(of);
  });

  it('goes on behind a line that a power cut has torn', async () => {
    const folder = newFolder();
    await openJournal(folder, 'tick').append(happened('whole'));
    appendFileSync(join(folder, 'tick.jsonl'), '{"of":"torn');
    const again = openJournal(folder, 'tick');
    await again.append(happened('after'));
    expect(readUnrecorded(folder).map(({ seq, summary }) => [seq, summary])).toEqual([
      [1, 'whole'],
      [2, 'after'],
    ]);
  });

  it('grows no further than what has not been recorded, and never forgets how far it counted', async () => {
    const folder = newFolder();
    const tick = openJournal(folder, 'tick');
    const big = 'x'.repeat(40_000);
    for (let count = 0; count < 5; count += 1) await tick.append(happened('recorded', big));
    const [{ of } = { of: '' }] = readUnrecorded(folder);
    await noteRecorded(folder, { tick: { of, seq: 5 } });
    for (let count = 0; count < 3; count += 1) await tick.append(happened('fresh', big));
    expect(statSync(join(folder, 'tick.jsonl')).size).toBeLessThan(200_000);
    expect(readUnrecorded(folder).map(({ seq }) => seq)).toEqual([6, 7, 8]);
  });

  it('tells that it changed, without being read', async () => {
    const folder = newFolder();
    const before = journalsStamp(folder);
    await openJournal(folder, 'guard').append(happened('x'));
    expect(journalsStamp(folder)).not.toBe(before);
  });

  it('is nothing where a journal or a mark is not ours', async () => {
    const folder = newFolder();
    writeFileSync(join(folder, 'tick.jsonl'), 'garbage\nnull\n{"of":"0123456789ab","seq":1}\n[]\n');
    writeFileSync(join(folder, 'recorded.json'), '"garbage"');
    expect(readUnrecorded(folder)).toEqual([]);
    await openJournal(folder, 'tick').append(happened('x'));
    expect(summaries(folder)).toEqual(['x']);
    expect(readFileSync(join(folder, 'tick.jsonl'), 'utf8')).toContain('garbage');
  });

  it('rejects where the disk takes nothing, and takes the next one all the same', async () => {
    const folder = newFolder();
    const tick = openJournal(join(folder, 'file', 'below'), 'tick');
    writeFileSync(join(folder, 'file'), '');
    await expect(tick.append(happened('lost'))).rejects.toThrow();
    rmSync(join(folder, 'file'));
    await tick.append(happened('kept'));
    expect(summaries(join(folder, 'file', 'below'))).toEqual(['kept']);
  });
});
