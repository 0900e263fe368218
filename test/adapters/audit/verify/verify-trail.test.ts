import { describe, expect, it } from '@jest/globals';
import { useFolders } from '../../../support/folders.js';
import type { BuiltTrail } from '../../../support/trail/built-trail.js';
import { buildTrail } from '../../../support/trail/built-trail.js';
import type { Files } from '../../../support/trail/verified-files.js';
import { proposalsOf, verifyFiles } from '../../../support/trail/verified-files.js';

const folder = useFolders();

const verify = (files: Files, more: Parameters<typeof verifyFiles>[2] = {}) => verifyFiles(folder(), files, more);
/** A log with a little of everything: three segments, the first one pruned, a torn line, a failed sync, two heads. */
const aLife = (): BuiltTrail => {
  const trail = buildTrail();
  for (let n = 0; n < 3; n += 1) trail.add('proposals', { word: `first ${n}` });
  trail.rotate('proposals');
  for (let n = 0; n < 3; n += 1) trail.add('proposals', { word: `second ${n}` });
  trail.head('proposals');
  trail.tear('proposals', Buffer.from('{"timestamp":"2026'));
  trail.add('proposals');
  trail.rotate('proposals');
  for (let n = 0; n < 3; n += 1) trail.add('proposals', { word: `third ${n}` });
  trail.abandon('proposals', 2);
  for (let n = 0; n < 3; n += 1) trail.add('proposals', { word: `fourth ${n}` });
  trail.add('mission_log');
  trail.prune('proposals');
  trail.head('proposals');
  return trail;
};
const names = (files: Files) => [...files.keys()].filter((name) => name.startsWith('proposals.')).sort();
const linesOf = (bytes: Buffer) => bytes.toString().trimEnd().split('\n');
const unlines = (lines: readonly string[]) => Buffer.from(lines.map((line) => `${line}\n`).join(''));
/** Changes the lines of one file of a life. */
const changed = (name: string, change: (lines: string[]) => readonly string[], trail = aLife()): Files => {
  const files = trail.files();
  return files.set(name, unlines(change(linesOf(files.get(name) as Buffer))));
};

describe('a trail with segments, a removed one, a torn line, a failed sync and heads (spec L3, Q4d)', () => {
  it('is found sound, and told what happened to it', async () => {
    for (const full of [false, true]) {
      const verdict = proposalsOf(await verify(aLife().files(), { full }));
      expect(verdict).toMatchObject({
        state: 'ok',
        warnings: [],
        segments: 3,
        records: 15,
        head: { size: 19 },
        headsCompared: full ? 3 : 2,
      });
      expect(verdict?.vouched).toMatchObject({ from: 4, to: 18 });
      expect(verdict?.notices.map(({ kind }) => kind)).toEqual(['pruned', 'sealed_tail', 'abandoned_lines']);
      expect(verdict?.notices[2]?.reason).toContain('2 lines');
    }
  });

  const second = 'proposals.000000000004.20260101.jsonl';
  const third = 'proposals.000000000011.20260101.jsonl';
  it('has the files that the cases below change', () => expect(names(aLife().files())).toEqual([second, third, 'proposals.jsonl']));

  it.each<[string, string, (lines: string[]) => readonly string[], object]>([
    ['an edited line', second, (all) => all.with(2, all[2]!.replace('second', 'sekond')), { kind: 'chain_broken', line: 4 }],
    [
      'an edited line before a torn one',
      second,
      (all) => all.with(3, all[3]!.replace('second', 'sekond')),
      { kind: 'foreign_line', line: 5 },
    ],
    ['an edited torn line', second, (all) => all.with(4, all[4]!.replace('2026', '2025')), { kind: 'foreign_line', line: 5 }],
    ['a removed seal', second, (all) => all.toSpliced(5, 1), { kind: 'foreign_line', line: 5 }],
    ['a cut end of a closed file', second, (all) => all.slice(0, -1), { kind: 'segment_unclosed', line: 7 }],
    ['a line behind the end of a closed file', second, (all) => [...all, 'x'], { kind: 'foreign_line', line: 9 }],
    ['a removed first line', third, (all) => all.slice(1), { kind: 'segment_missing', line: 1 }],
    ['an edited first line', third, (all) => all.with(0, all[0]!.replace('what', 'that')), { kind: 'chain_broken', line: 2 }],
    [
      'a first line that continues another file',
      third,
      (all) => all.with(0, all[0]!.replace(second, 'x')),
      { kind: 'segment_missing', line: 1 },
    ],
    [
      'a changed count of the file before',
      third,
      (all) => all.with(0, all[0]!.replace('"prev_last_seq":10', '"prev_last_seq":9')),
      { kind: 'bookkeeping_invalid', line: 1 },
    ],
    [
      'lines that were not abandoned',
      'proposals.jsonl',
      (all) => all.with(0, all[0]!.replace('"from_seq":15', '"from_seq":14')),
      { kind: 'segment_unclosed', file: third },
    ],
    [
      'abandoned lines that begin elsewhere',
      'proposals.jsonl',
      (all) => all.with(0, all[0]!.replace(/"from_offset":(\d)/, '"from_offset":9$1')),
      { kind: 'unfinished_line', file: third },
    ],
    ['a rewritten end', 'proposals.jsonl', (all) => all.with(3, all[3]!.replace('fourth', 'vierte')), { kind: 'head_mismatch', line: 4 }],
    ['a cut end', 'proposals.jsonl', (all) => all.slice(0, -1), { kind: 'head_ahead', line: 4 }],
  ])('%s', async (_, file, change, problem) => {
    const verdict = proposalsOf(await verify(changed(file, change)));
    expect(verdict).toMatchObject({ state: 'broken', problem: { file, ...problem } });
  });

  it.each<[string, (files: Files) => void, object]>([
    [
      'a file in the middle that is gone',
      (files) => void files.delete(third),
      { kind: 'segment_missing', file: 'proposals.jsonl', line: 1 },
    ],
    ['the oldest file that is gone', (files) => void files.delete(second), { kind: 'beginning_missing', file: third, line: 1 }],
    ['the active file that is gone', (files) => void files.delete('proposals.jsonl'), { kind: 'segment_unclosed', file: third }],
    [
      'two files swapped',
      (files) => void [files.get(second), files.get(third)].reverse().map((bytes, n) => files.set([second, third][n]!, bytes!)),
      { kind: 'beginning_missing', file: second, line: 1 },
    ],
    [
      'a renamed file',
      (files) => void (files.set('proposals.000000000004.20260102.jsonl', files.get(second)!), files.delete(second)),
      { kind: 'segment_missing', file: third, line: 1 },
    ],
    [
      'a mission log without the removal',
      (files) => void files.delete('mission_log.jsonl'),
      { kind: 'beginning_missing', file: second, line: 1 },
    ],
    ['all files gone', (files) => names(files).forEach((name) => files.delete(name)), { kind: 'log_missing', line: 0 }],
    [
      'a head with another size',
      (files) =>
        void files.set('heads/proposals.head', Buffer.from(files.get('heads/proposals.head')!.toString().replace('\n19\n', '\n18\n'))),
      { kind: 'head_invalid', file: 'proposals.head' },
    ],
    ['another key', (files) => void files.set('heads/heads.pub', buildTrail().files().get('heads/heads.pub')!), { kind: 'head_invalid' }],
    ['no key', (files) => void files.delete('heads/heads.pub'), { kind: 'head_invalid' }],
    ['something that is no head', (files) => void files.set('heads/proposals.head', Buffer.from('hello\n')), { kind: 'head_invalid' }],
  ])('%s', async (_, change, problem) => {
    const files = aLife().files();
    change(files);
    expect(proposalsOf(await verify(files))).toMatchObject({ state: 'broken', problem });
  });

  it('says so when only the mission log is not sound, also when nobody asked for it', async () => {
    const files = changed('mission_log.jsonl', (lines) => lines.with(0, lines[0]!.replace('what', 'that')));
    const verdicts = await verify(files, { logs: ['proposals'] });
    expect(verdicts.map(({ log, state }) => [log, state])).toEqual([
      ['proposals', 'ok'],
      ['mission_log', 'broken'],
    ]);
  });

  it('is not vouched for by an anchor with another tree: the heads say otherwise', async () => {
    const files = changed('mission_log.jsonl', (lines) => lines.with(1, lines[1]!.replace(/"tree":\["../, '"tree":["00')));
    expect(proposalsOf(await verify(files))?.problem).toMatchObject({ kind: 'head_mismatch' });
  });
});
