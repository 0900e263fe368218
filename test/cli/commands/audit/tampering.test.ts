import { describe, expect, it } from '@jest/globals';
import { EXIT } from '../../../../src/cli/exit-codes.js';
import { printed } from '../../support/printed.js';
import { buildTrail } from '../../../support/trail/built-trail.js';
import { useFolders } from '../../../support/folders.js';
import type { Files } from '../../support/trail-home.js';
import { aTrail, auditIn, changeLines, closed } from '../../support/trail-home.js';

const folder = useFolders();

const swap = (lines: string[], a: number) => lines.with(a, lines[a + 1]!).with(a + 1, lines[a]!);
const flip = (files: Files, name: string, at: number) => {
  const bytes = Buffer.from(files.get(name) as Buffer);
  bytes[at]! ^= 0x01;
  files.set(name, bytes);
};

describe('ubos audit verify finds what was done to the trail (spec L3)', () => {
  const tampering: readonly { how: string; change: (files: Files) => void; at: string; reason: RegExp }[] = [
    {
      how: 'an edit',
      change: (files) => changeLines(files, 'proposals.jsonl', (all) => all.with(2, all[2]!.replace('word', 'wort'))),
      at: 'proposals.jsonl line 4',
      reason: /prev is not the hash of the line before.*chain_broken/,
    },
    { how: 'a bit flip in a closed file', change: (files) => flip(files, closed, 300), at: `${closed} line 3`, reason: /chain_broken/ },
    {
      how: 'a deletion',
      change: (files) => changeLines(files, 'proposals.jsonl', (all) => all.toSpliced(2, 1)),
      at: 'proposals.jsonl line 3',
      reason: /chain_broken/,
    },
    {
      how: 'an insertion',
      change: (files) => changeLines(files, 'proposals.jsonl', (all) => all.toSpliced(2, 0, all[1]!)),
      at: 'proposals.jsonl line 3',
      reason: /chain_broken/,
    },
    {
      how: 'a line of something else',
      change: (files) => changeLines(files, 'proposals.jsonl', (all) => all.toSpliced(2, 0, 'hello')),
      at: 'proposals.jsonl line 3',
      reason: /foreign_line/,
    },
    {
      how: 'another order',
      change: (files) => changeLines(files, closed, (all) => swap(all, 3)),
      at: `${closed} line 4`,
      reason: /chain_broken/,
    },
    {
      how: 'swapped files',
      change: (files) => {
        const [a, b] = [files.get(closed)!, files.get('proposals.jsonl')!];
        files.set(closed, b).set('proposals.jsonl', a);
      },
      at: `${closed} line 1`,
      reason: /is not there, and the mission log does not say that it was removed.*beginning_missing/,
    },
    {
      how: 'a file that is gone',
      change: (files) => files.delete(closed),
      at: 'proposals.jsonl line 1',
      reason: /beginning_missing/,
    },
    {
      how: 'a clean cut of the end',
      change: (files) => changeLines(files, 'proposals.jsonl', (all) => all.slice(0, -2)),
      at: 'proposals.jsonl line 5',
      reason: /vouches for 13 records, and there are 11: the end was cut off.*head_ahead/,
    },
    {
      how: 'the whole log gone',
      change: (files) => (files.delete(closed), files.delete('proposals.jsonl')),
      at: 'proposals.jsonl',
      reason: /there is no such file.*log_missing/,
    },
    {
      how: 'a replaced log, with a chain of its own',
      change: (files) => {
        const other = aTrail(undefined, 'other').files();
        for (const name of [closed, 'proposals.jsonl']) files.set(name, other.get(name)!);
      },
      at: 'proposals.jsonl line 6',
      reason: /vouches for other records up to here: the log was rewritten.*head_mismatch/,
    },
    {
      how: 'a replaced log with heads that another key has signed',
      change: (files) => {
        const other = aTrail(undefined, 'other').files();
        for (const name of other.keys()) if (name.includes('proposals')) files.set(name, other.get(name)!);
      },
      at: 'proposals.heads.jsonl line 1',
      reason: /not signed by janus-in-test.*head_invalid/,
    },
  ];

  it.each(tampering)('$how', async ({ change, at, reason }) => {
    const files = aTrail().files();
    change(files);
    const audit = auditIn(folder(), files);
    const { code, stdout, stderr } = await audit('verify', { columns: 400 });
    expect([code, stderr]).toEqual([EXIT.failure, '']);
    expect(stdout).toContain(`✗ proposals: ${at}: `);
    expect(stdout).toMatch(reason);
    expect(stdout).toContain('✓ tool_use: ');
    const json = await audit('verify --json');
    const verdict = printed(json.stdout, 'audit-verdict');
    expect([json.code, verdict]).toMatchObject([EXIT.failure, { ok: false }]);
  });

  it('time that goes back: a warning, and with --strict more than that', async () => {
    const trail = buildTrail();
    trail.add('proposals');
    trail.add('proposals', { timestamp: '2025-01-01T00:00:00.000Z' });
    trail.head('proposals');
    const audit = auditIn(folder(), trail);
    const said = /! proposals.jsonl line 2: 2025-01-01T00:00:00.000Z comes after 2026-01-01T00:00:01.000Z \(time_backwards\)/;
    expect(await audit('verify', { columns: 200 })).toMatchObject({ code: EXIT.ok, stdout: expect.stringMatching(said) });
    expect((await audit('verify --strict')).code).toBe(EXIT.failure);
  });
});
