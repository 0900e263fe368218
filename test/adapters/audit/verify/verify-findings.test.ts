import { rmSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { verifyTrail } from '../../../../src/adapters/audit/verify/verify-trail.js';
import { useFolders } from '../../../support/folders.js';
import type { BuiltTrail } from '../../../support/trail/built-trail.js';
import { buildTrail, logNames, makeKeys, pathsIn } from '../../../support/trail/built-trail.js';
import type { Files } from '../../../support/trail/verified-files.js';
import { proposalsOf, verifyFiles } from '../../../support/trail/verified-files.js';

const folder = useFolders();
const verify = (files: Files, more: Parameters<typeof verifyFiles>[2] = {}) => verifyFiles(folder(), files, more);

describe('heads (spec L3)', () => {
  const short = (count: number, keys = makeKeys()) => {
    const trail = buildTrail(keys);
    for (let n = 0; n < count; n += 1) trail.add('proposals', { n });
    return trail;
  };

  it('that were kept elsewhere find a log that was replaced with its heads', async () => {
    const keys = makeKeys();
    const original = short(5, keys);
    const note = original.head('proposals');
    const replaced = short(9, keys);
    replaced.add('proposals');
    replaced.head('proposals');
    expect(proposalsOf(await verify(replaced.files()))).toMatchObject({ state: 'ok' });
    const against = [{ note, file: 'kept.head', line: 1 }];
    // The same clock and words make the same lines: only the tenth differs.
    expect(proposalsOf(await verify(replaced.files(), { against }))).toMatchObject({ state: 'ok', headsCompared: 3 });
    const forged = buildTrail(keys);
    for (let n = 0; n < 9; n += 1) forged.add('proposals', { n: n + 1 });
    forged.head('proposals');
    expect(proposalsOf(await verify(forged.files(), { against }))?.problem).toMatchObject({ kind: 'head_mismatch', line: 5 });
  });

  it('of another key are refused where the key is given', async () => {
    const trail = short(3);
    trail.head('proposals');
    expect(proposalsOf(await verify(trail.files(), { key: trail.keys.key }))).toMatchObject({ state: 'ok' });
    expect(proposalsOf(await verify(trail.files(), { key: makeKeys().key }))?.problem).toMatchObject({ kind: 'head_invalid' });
  });

  it('of long ago are compared with --full', async () => {
    const keys = makeKeys();
    const trail = short(3, keys);
    trail.head('proposals');
    const files = buildTrail(keys);
    for (let n = 0; n < 5; n += 1) files.add('proposals', { other: n });
    files.head('proposals');
    const mixed = files.files();
    const history = 'heads/proposals.heads.jsonl';
    mixed.set(history, Buffer.concat([trail.files().get(history)!, mixed.get(history)!]));
    expect(proposalsOf(await verify(mixed))).toMatchObject({ state: 'ok' });
    expect(proposalsOf(await verify(mixed, { full: true }))?.problem).toMatchObject({ kind: 'head_mismatch', line: 3 });
  });

  it('that are missing are a warning, and no log at all is none', async () => {
    expect(proposalsOf(await verify(short(2).files()))?.warnings).toMatchObject([{ kind: 'no_head' }]);
    expect(await verify(new Map())).toMatchObject([{ state: 'absent' }, { state: 'absent' }, { state: 'absent' }]);
  });
});

describe('what is called sound (spec L3)', () => {
  const edited = (at: number, heads: readonly number[] = []) => {
    const trail = buildTrail();
    for (let n = 0; n < 6; n += 1) {
      trail.add('proposals', { word: `word ${n}` });
      if (heads.includes(n)) trail.head('proposals');
    }
    const files = trail.files();
    return files.set('proposals.jsonl', Buffer.from(files.get('proposals.jsonl')!.toString().replace(`word ${at}`, `wort ${at}`)));
  };

  it.each([0, 1, 2, 3, 4])('ends before an altered record: %i', async (at) => {
    const found = proposalsOf(await verify(edited(at)));
    expect(found).toMatchObject({ problem: { kind: 'chain_broken', line: at + 2 }, records: at });
    expect(found?.vouched?.to).toBe(at === 0 ? undefined : at - 1);
    const sound = buildTrail();
    for (let n = 0; n < at; n += 1) sound.add('proposals', { word: `word ${n}` });
    sound.add('mission_log');
    if (at > 0) expect(found?.vouched).toEqual(proposalsOf(await verify(sound.files()))?.vouched);
  });

  it('goes as far as the last head that agrees, where the next one does not', async () => {
    const found = proposalsOf(await verify(edited(5, [2, 5]), { full: true }));
    expect(found).toMatchObject({ problem: { kind: 'head_mismatch', line: 6 }, vouched: { from: 0, to: 2 }, records: 3 });
  });

  it('keeps the record before a line that was put behind it', async () => {
    const files = edited(9);
    const lines = files.get('proposals.jsonl')!.toString().split('\n');
    const found = proposalsOf(await verify(files.set('proposals.jsonl', Buffer.from(lines.toSpliced(3, 0, 'by hand').join('\n')))));
    expect(found).toMatchObject({ problem: { kind: 'foreign_line', line: 4 }, vouched: { to: 2 } });
  });
});

describe('single findings (spec L3)', () => {
  const one = async (fill: (trail: BuiltTrail) => void, change: (files: Files) => void = () => undefined, full = false) => {
    const trail = buildTrail();
    fill(trail);
    trail.head('proposals');
    const files = trail.files();
    change(files);
    return proposalsOf(await verify(files, { full }));
  };

  it('an id that comes twice', async () => {
    const found = await one((trail) => {
      trail.add('proposals');
      trail.add('proposals', { id: 'x' });
      trail.tear('proposals', Buffer.from('x'));
      trail.tear('proposals', Buffer.from('y'));
    });
    expect(found).toMatchObject({ state: 'ok' });
  });

  it('time that goes back is a warning', async () => {
    const found = await one((trail) => {
      trail.add('proposals');
      trail.add('proposals', { timestamp: '2025-01-01T00:00:00.000Z' });
    });
    expect(found).toMatchObject({ state: 'ok', warnings: [{ kind: 'time_backwards', line: 2 }] });
  });

  it('a record without its time is found with --full', async () => {
    const fill = (trail: BuiltTrail) => trail.add('proposals', { timestamp: 'yesterday' });
    expect(await one(fill)).toMatchObject({ state: 'ok' });
    expect(await one(fill, undefined, true)).toMatchObject({ problem: { kind: 'schema_invalid', line: 1 } });
  });

  it('an action_id that is no text is found with --full', async () => {
    const fill = (trail: BuiltTrail) => trail.add('proposals', { action_id: null });
    expect(await one(fill)).toMatchObject({ state: 'ok' });
    expect(await one(fill, undefined, true)).toMatchObject({ problem: { kind: 'schema_invalid', line: 1 }, records: 0 });
  });

  it('a sealed tail is a notice that says where', async () => {
    const found = await one((trail) => {
      trail.add('proposals');
      trail.tear('proposals', Buffer.from('torn'));
    });
    expect(found).toMatchObject({ state: 'ok', notices: [{ kind: 'sealed_tail', line: 2, reason: expect.stringContaining('4 bytes') }] });
  });

  it('an active file that was not begun yet is a warning', async () => {
    const trail = buildTrail();
    trail.add('proposals');
    trail.rotate('proposals');
    const files = trail.files();
    files.delete('proposals.jsonl');
    expect(proposalsOf(await verify(files))).toMatchObject({ state: 'ok', warnings: [{ kind: 'active_missing' }, { kind: 'no_head' }] });
    files.set('proposals.jsonl', Buffer.alloc(0));
    expect(proposalsOf(await verify(files))).toMatchObject({ state: 'ok', warnings: [{ kind: 'active_missing' }, { kind: 'no_head' }] });
  });

  it('a seal that names no line before the torn bytes is a warning', async () => {
    const trail = buildTrail();
    trail.tear('proposals', Buffer.from('torn'));
    const files = trail.files();
    files.set(
      'proposals.jsonl',
      Buffer.from(
        files
          .get('proposals.jsonl')!
          .toString()
          .replace(/"after":"\w+",/, ''),
      ),
    );
    expect(proposalsOf(await verify(files))).toMatchObject({ state: 'ok', warnings: [{ kind: 'unlinked_seal' }, { kind: 'no_head' }] });
  });

  it('a folder that is not there is no log', async () => {
    const home = folder();
    rmSync(home, { recursive: true });
    expect(proposalsOf(await verifyTrail({ files: pathsIn(home), headsFolder: `${home}/heads`, logs: logNames }))).toMatchObject({
      state: 'absent',
    });
  });
});
