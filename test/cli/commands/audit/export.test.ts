import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { EXIT } from '../../../../src/cli/exit-codes.js';
import { allPrinted } from '../../support/printed.js';
import { buildTrail } from '../../../support/trail/built-trail.js';
import { useFolders } from '../../../support/folders.js';
import { auditIn, changeLines } from '../../support/trail-home.js';

const folder = useFolders();
const linesIn = (bytes: Buffer | undefined) => bytes?.toString().trimEnd().split('\n') ?? [];

/** Records at 00:00:01 and so on, of 2026-01-01; a torn line and an abandoned one, which are none. */
function aTrail() {
  const trail = buildTrail();
  trail.add('proposals', { action_id: 'janus-0123456789ab' });
  trail.rotate('proposals');
  trail.tear('proposals', Buffer.from('{"timestamp":"2026'));
  trail.add('tool_use', { action_id: 'janus-ffffffffffff' });
  trail.add('proposals', { action_id: 'janus-0123456789ab', summary: 'a\u202eb' });
  return trail;
}

describe('ubos audit export (spec P6)', () => {
  it('prints every record as it stands in its file, over all files, and nothing else (spec L4)', async () => {
    const files = aTrail().files();
    const all = [...files.keys()]
      .sort()
      .flatMap((name) => (name.endsWith('.jsonl') && !name.startsWith('heads') ? linesIn(files.get(name)) : []));
    const { code, stdout, stderr } = await auditIn(folder(), files)('export');
    const lines = stdout.trimEnd().split('\n');
    expect([code, stderr, [...lines].sort()]).toEqual([EXIT.ok, '', all.filter((line) => line.endsWith('}')).sort()]);
    expect(lines.map((line) => (JSON.parse(line) as { log: string }).log)).toEqual([
      'tool_use',
      ...Array.from({ length: 5 }, () => 'proposals'),
    ]);
  });

  it.each([
    { line: 'export 0123456', seqs: [0, 4] },
    { line: 'export janus-0123456789ab --since 2026-01-01T00:00:02Z', seqs: [4] },
    { line: 'export --log tool_use', seqs: [0] },
    { line: 'export --log proposals --since 2026-01-01T00:00:02Z --until 2026-01-01T00:00:04Z', seqs: [1, 2] },
    { line: 'export --log proposals --since 2026-01-01T01:00:03+01:00', seqs: [2, 3, 4] },
    { line: 'export --since 2026-01-02', seqs: [] },
    // The clock of the tests stands at 2026-01-02T12:00:00Z.
    { line: 'export --log proposals --until 36h', seqs: [] },
    { line: 'export --log proposals --since 36h', seqs: [0, 1, 2, 3, 4] },
  ])('$line', async ({ line, seqs }) => {
    const { code, stdout } = await auditIn(folder(), aTrail())(`${line} --json`);
    const records = allPrinted(stdout, 'record');
    expect([code, records.map((each) => (each as { record: { seq: number } }).record.seq)]).toEqual([EXIT.ok, seqs]);
  });

  it('on a terminal what is hidden is seen; in a pipe the bytes stay, as their hash is the leaf', async () => {
    const audit = auditIn(folder(), aTrail());
    expect((await audit('export')).stdout).toContain('a\u202eb');
    const seen = (await audit('export', { tty: 'stdout' })).stdout;
    expect([seen.includes('\u202e'), seen.includes('a⟦U+202E⟧b')]).toEqual([false, true]);
  });

  describe.each(['export', 'report --month 2026-01'])('and %s, of a log that is not whole (spec L4)', (line) => {
    const closed = 'proposals.000000000000.20260101.jsonl';
    const three = () => {
      const trail = aTrail();
      trail.rotate('proposals');
      trail.add('proposals');
      return trail.files();
    };
    const [middle] = [...three().keys()].filter((name) => name.startsWith('proposals.0') && name !== closed);
    const without = (files: Map<string, Buffer>, ...names: string[]) => new Map([...files].filter(([name]) => !names.includes(name)));

    it.each<[string, (files: Map<string, Buffer>) => Map<string, Buffer>, RegExp]>([
      [
        'lacks its first file',
        (files) => without(files, closed),
        /goes on from proposals\.000000000000\.20260101\.jsonl, and nothing says/,
      ],
      ['lacks a file in between', (files) => without(files, middle!), /goes on from .*, and that is not there/],
      [
        'has that file packed',
        (files) => without(files, middle!).set(`${middle}.gz`, Buffer.from('x')),
        /\.jsonl\.gz is there\n.*gunzip -k \/\S+\.jsonl\.gz\n/,
      ],
      ['lacks a line', (files) => changeLines(files, closed, (lines) => lines.toSpliced(0, 1)), /record 1 stands where 0 belongs/],
      ['has a line twice', (files) => changeLines(files, closed, (lines) => [lines[0]!, ...lines]), /record 0 stands where 1 belongs/],
    ])('says so, with an exit code: it %s', async (_, change, words) => {
      const { code, stderr } = await auditIn(folder(), change(three()))(line);
      expect({ code, stderr }).toEqual({ code: EXIT.failure, stderr: expect.stringMatching(words) });
    });

    it('says so where its lock file knows of more', async () => {
      const home = folder();
      const mark = { boot: '', file: '', bytes: 1, seq: 44, leaf: '', isSuspect: false, end: 1, tip: '' };
      const audit = auditIn(home, three());
      writeFileSync(join(home, 'proposals.jsonl.lock'), JSON.stringify(mark));
      expect(await audit(line)).toMatchObject({ code: EXIT.failure, stderr: expect.stringContaining('knows of record 44') });
    });

    it('goes on where retention has removed what is not there', async () => {
      const trail = aTrail();
      trail.prune('proposals');
      expect(await auditIn(folder(), trail)(line)).toMatchObject({ code: EXIT.ok });
    });
  });

  it.each([
    { line: 'export --since soon', code: EXIT.usage, stderr: /--since soon is no moment/ },
    { line: 'export --since 2026-02-30x', code: EXIT.usage, stderr: /is no moment/ },
    { line: 'export --until 2026-13-01', code: EXIT.usage, stderr: /is no moment/ },
    { line: 'export --since 2026-01-02 --until 2026-01-01', code: EXIT.usage, stderr: /nothing lies between/ },
    { line: 'export --log agent', code: EXIT.usage, stderr: /--log agent is unknown/ },
    { line: 'export proposals.jsonl', code: EXIT.usage, stderr: /"proposals.jsonl" is no proposal id/ },
    { line: 'export 0123456 more', code: EXIT.usage, stderr: /one word too many/ },
    { line: 'export --log mission_log', code: EXIT.notFound, stderr: /there is no such log/ },
  ])('ubos audit $line', async ({ line, code, stderr }) => {
    expect(await auditIn(folder(), aTrail())(line)).toMatchObject({ code, stdout: '', stderr: expect.stringMatching(stderr) });
  });
});
