import { appendFileSync, copyFileSync, readFileSync, renameSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { afterEach, describe, expect, it } from '@jest/globals';
import { verifyFolder } from '../../deploy/audit-verify.mjs';
import { encodeRecord, leafOf } from '../../src/adapters/audit/format/record.js';
import { realFiles } from '../../src/adapters/audit/write/log-file.js';
import type { Finding, LogVerdict } from '../../src/adapters/audit/contract/verdict.js';
import { verifyTrail } from '../../src/adapters/audit/verify/verify-trail.js';
import { useFolders } from '../support/folders.js';
import { logNames, pathsIn } from '../support/trail/built-trail.js';
import { anEntry, closeTrails, openTrail } from '../support/trail/trails.js';

const folder = useFolders();
afterEach(closeTrails);

const briefly = ({ kind, line }: { readonly kind: string; readonly line: number }) => `${kind} ${line}`;

/** What both verifiers say of the proposals log in a folder where writers have left word. */
async function both(home: string) {
  const [, , mine] = await verifyTrail({ files: pathsIn(home), headsFolder: `${home}/heads`, logs: logNames });
  const [, , alone] = verifyFolder(home, logNames, { heads: `${home}/heads`, full: false, against: [], key: undefined });
  const said = (verdict: (Pick<LogVerdict, 'warnings' | 'records'> & { readonly problem?: Finding | null }) | undefined) => ({
    problem: verdict?.problem ? briefly(verdict.problem) : undefined,
    warnings: (verdict?.warnings ?? []).map(briefly).filter((each) => each !== 'no_head 0'),
    records: verdict?.records,
  });
  expect(said(alone)).toEqual(said(mine));
  return said(mine);
}

function forged(file: string): Buffer {
  const lines = readFileSync(file, 'utf8').trimEnd().split('\n');
  const place = { log: 'proposals', seq: lines.length, prev: leafOf(Buffer.from(lines.at(-1)!)), vesselName: 'balaur' } as const;
  return encodeRecord(anEntry('forged'), { ...place, timestamp: new Date() });
}
const lastLine = (file: string) => readFileSync(file, 'utf8').trimEnd().lastIndexOf('\n') + 1;

const found: readonly (readonly [string, (file: string) => void, string])[] = [
  ['a last line that is cut off, newer than any head', (file) => truncateSync(file, lastLine(file)), 'lock_ahead 4'],
  ['a last line that is cut short', (file) => truncateSync(file, readFileSync(file).length - 9), 'lock_ahead 4'],
  ['an empty new file', (file) => (rmSync(file), writeFileSync(file, '')), 'lock_ahead 1'],
  ['no file', (file) => rmSync(file), 'log_missing 0'],
  ['a last record that was written anew', (file) => writeFileSync(file, rewritten(file)), 'lock_mismatch 4'],
  ['a forged record behind the last', (file) => appendFileSync(file, forged(file)), 'foreign_line 5'],
  ['a line of text behind the last', (file) => appendFileSync(file, 'by hand\n'), 'foreign_line 5'],
  ['a beginning of a line behind the last', (file) => appendFileSync(file, '{"tim'), 'foreign_line 5'],
];

function rewritten(file: string): string {
  const text = readFileSync(file, 'utf8');
  return text.slice(0, lastLine(file)) + text.slice(lastLine(file)).replace('about d', 'about x');
}

describe('beside the lock file, in which writers have left word (spec L3, Q4d)', () => {
  const lived = async () => {
    const home = folder();
    const { trail, file } = openTrail(home);
    for (const id of ['a', 'b', 'c', 'd']) await trail.append('proposals', anEntry(id));
    return { home, file, trail };
  };

  it('a log is sound, also while it is written to and after a rotation', async () => {
    const { home, trail } = await lived();
    expect(await both(home)).toEqual({ problem: undefined, warnings: [], records: 4 });
    await trail.rotate('proposals');
    await trail.append('proposals', anEntry('e'));
    expect(await both(home)).toMatchObject({ problem: undefined, warnings: [] });
  });

  it.each(found)('%s is found', async (_, touch, problem) => {
    const { home, file } = await lived();
    touch(file);
    expect(await both(home)).toMatchObject({ problem });
  });

  it('what a killed writer left is a warning, also where the seal of it was cut short', async () => {
    const { home, file } = await lived();
    const seam = {
      ...realFiles,
      write: (...[handle, bytes]: Parameters<typeof realFiles.write>) => realFiles.write(handle, bytes.subarray(0, 30)),
    };
    await expect(openTrail(home, { seam }).trail.append('proposals', anEntry('e'))).rejects.toMatchObject({ code: 'AUDIT_UNAVAILABLE' });
    expect(await both(home)).toEqual({ problem: undefined, warnings: ['unfinished_line 5'], records: 4 });
    await expect(openTrail(home, { seam }).trail.append('proposals', anEntry('e'))).rejects.toMatchObject({ code: 'AUDIT_UNAVAILABLE' });
    expect(readFileSync(file, 'utf8').split('\n')).toHaveLength(6);
    expect(await both(home)).toEqual({ problem: undefined, warnings: ['unfinished_line 5'], records: 4 });
  });

  it('a copy of the files alone is sound', async () => {
    const { home, file } = await lived();
    copyFileSync(file, `${file}.copy`);
    renameSync(`${file}.copy`, file);
    expect(await both(home)).toMatchObject({ problem: undefined, records: 4 });
    rmSync(`${file}.lock`);
    expect(await both(home)).toMatchObject({ problem: undefined, records: 4 });
  });
});
