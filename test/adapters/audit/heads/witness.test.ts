import { chmodSync, existsSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { ensureHeadKeys } from '../../../../src/adapters/audit/heads/head-keys.js';
import { createHeadStore } from '../../../../src/adapters/audit/heads/head-store.js';
import { encodeVerifierKey } from '../../../../src/adapters/audit/format/signed-note.js';
import { verifyTrail } from '../../../../src/adapters/audit/verify/verify-trail.js';
import type { Witness } from '../../../../src/adapters/audit/heads/witness.js';
import { createWitness } from '../../../../src/adapters/audit/heads/witness.js';
import type { BuiltTrail } from '../../../support/trail/built-trail.js';
import { buildTrail, pathsIn } from '../../../support/trail/built-trail.js';
import { useFolders } from '../../../support/folders.js';

const folder = useFolders();
const vesselId = 'janus-in-test';

/** A new process, as far as the witness can tell. */
async function begin(home: string, secondPlace?: string): Promise<Witness> {
  const headsFolder = join(home, 'heads');
  const keys = await ensureHeadKeys(join(home, 'heads.key'), headsFolder, vesselId);
  return createWitness({ files: pathsIn(home), vesselId, keys, store: createHeadStore(headsFolder, secondPlace, keys.key) });
}
const lookAnew = async (home: string, secondPlace?: string) => (await begin(home, secondPlace)).look('proposals');

/** Writes the logs only: heads and keys are the witness's own. */
function put(home: string, trail: BuiltTrail): void {
  const [closed] = [...trail.files().keys()].filter((name) => /^proposals\.\d/.test(name) && !existsSync(join(home, name)));
  // As a rotation does it: the file keeps its inode.
  if (closed !== undefined && existsSync(pathsIn(home).proposals)) renameSync(pathsIn(home).proposals, join(home, closed));
  for (const [name, bytes] of trail.files()) if (!name.startsWith('heads/')) writeFileSync(join(home, name), bytes);
}
const aTrail = (records: number, word = 'word') => {
  const trail = buildTrail();
  for (let n = 0; n < records; n += 1) trail.add('proposals', { word });
  return trail;
};
const verify = async (home: string) =>
  (await verifyTrail({ files: pathsIn(home), headsFolder: join(home, 'heads'), logs: ['proposals'], full: true }))[0];

describe('the key of the heads (spec L3)', () => {
  it('is made once, for its owner alone, and its public half lies beside the heads', async () => {
    const home = folder();
    const [keyPath, heads] = [join(home, 'heads.key'), join(home, 'heads')];
    const { key } = await ensureHeadKeys(keyPath, heads, vesselId);
    expect(statSync(keyPath).mode & 0o777).toBe(0o600);
    expect(readFileSync(join(heads, 'heads.pub'), 'utf8')).toBe(`${encodeVerifierKey(key)}\n`);
    expect(encodeVerifierKey(key)).toMatch(/^janus-in-test\/heads\+[0-9a-f]{8}\+[A-Za-z0-9+/]{44}$/);
    expect((await ensureHeadKeys(keyPath, heads, vesselId)).key.id).toBe(key.id);
    // Between the two files of a first start.
    rmSync(join(heads, 'heads.pub'));
    expect((await ensureHeadKeys(keyPath, heads, vesselId)).key.id).toBe(key.id);
    expect(existsSync(join(heads, 'heads.pub'))).toBe(true);
  });

  it('is refused when others may read it, when it is lost, and when it is another one', async () => {
    const home = folder();
    const [keyPath, heads] = [join(home, 'heads.key'), join(home, 'heads')];
    await ensureHeadKeys(keyPath, heads, vesselId);
    await expect(ensureHeadKeys(keyPath, heads, 'another-vessel')).rejects.toThrow('another vessel');
    chmodSync(keyPath, 0o640);
    await expect(ensureHeadKeys(keyPath, heads, vesselId)).rejects.toThrow('others than its owner');
    rmSync(keyPath);
    await expect(ensureHeadKeys(keyPath, heads, vesselId)).rejects.toThrow('is gone');
    await ensureHeadKeys(keyPath, join(home, 'elsewhere'), vesselId);
    await expect(ensureHeadKeys(keyPath, heads, vesselId)).rejects.toThrow('another key');
  });
});

describe('the witness (spec L3)', () => {
  it('signs what is new, in both places, and nothing twice', async () => {
    const [home, second] = [folder(), folder()];
    const witness = await begin(home, second);
    const trail = aTrail(3);
    put(home, trail);
    expect(await witness.look('proposals')).toMatchObject({ did: 'signed', head: { size: 3, leaf: trail.leavesOf('proposals')[2] } });
    expect(await witness.look('proposals')).toEqual({ did: 'nothing' });
    expect(await witness.look('tool_use')).toEqual({ did: 'nothing' });
    trail.tear('proposals', Buffer.from('torn'));
    trail.rotate('proposals');
    trail.add('proposals');
    trail.abandon('proposals', 2);
    put(home, trail);
    expect(await witness.look('proposals')).toMatchObject({ did: 'signed', head: { size: 8 } });
    expect(await verify(home)).toMatchObject({ state: 'ok', head: { size: 8 }, headsCompared: 3 });
    for (const name of ['proposals.head', 'proposals.heads.jsonl', 'heads.pub'])
      expect(readFileSync(join(second, name))).toEqual(readFileSync(join(home, 'heads', name)));
    expect(await lookAnew(home)).toEqual({ did: 'nothing' });
  });

  it('goes on where the segments that it has seen are gone', async () => {
    const home = folder();
    const trail = aTrail(2);
    trail.rotate('proposals');
    trail.add('proposals');
    put(home, trail);
    const witness = await begin(home);
    expect(await witness.look('proposals')).toMatchObject({ did: 'signed', head: { size: 5 } });
    trail.prune('proposals');
    trail.add('proposals');
    rmSync(join(home, 'proposals.000000000000.20260101.jsonl'));
    put(home, trail);
    for (const each of [witness, await begin(home)]) {
      expect(await each.look('proposals')).toMatchObject({ did: each === witness ? 'signed' : 'nothing' });
      expect(await verify(home)).toMatchObject({ state: 'ok', head: { size: 6 } });
    }
  });

  it('leaves an unfinished line and what nobody has sealed yet to the next round', async () => {
    const home = folder();
    put(home, aTrail(2));
    const file = pathsIn(home).proposals;
    writeFileSync(file, `${readFileSync(file, 'utf8')}{"timestamp":"20`);
    expect(await lookAnew(home)).toMatchObject({ did: 'signed', head: { size: 2 } });
  });

  it('signs no line of which the writers do not know yet whether it is on the disk', async () => {
    const home = folder();
    put(home, aTrail(3));
    const file = pathsIn(home).proposals;
    const { dev, ino } = statSync(file);
    const bytes = readFileSync(file).indexOf(0x0a) + 1;
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
    const leaf = '0'.repeat(64);
    const whole = { boot, file: `${dev}:${ino}`, bytes, seq: 0, leaf, end: bytes, tip: leaf, isSuspect: false };
    const note = (mark: object) => writeFileSync(`${file}.lock`, JSON.stringify({ ...whole, ...mark }));
    note({});
    expect(await lookAnew(home)).toMatchObject({ did: 'signed', head: { size: 1 } });
    // Of another boot or another file: behind a power cut what can be read is on the disk.
    note({ boot: 'another' });
    expect(await lookAnew(home)).toMatchObject({ did: 'signed', head: { size: 3 } });
  });

  const tampered: [string, (lines: string[]) => string[] | undefined, string][] = [
    ['a changed line', (lines) => lines.with(1, lines[1]!.replace('word', 'wort')), 'chain_broken'],
    ['a cut end', (lines) => lines.slice(0, -1), 'head_ahead'],
    ['a log that was emptied', () => [], 'head_ahead'],
    ['a log that is gone', () => undefined, 'head_ahead'],
  ];
  const change = (home: string, lines: string[] | undefined) => {
    const file = pathsIn(home).proposals;
    if (lines === undefined) rmSync(file);
    else writeFileSync(file, lines.map((line) => `${line}\n`).join(''));
  };
  it.each(tampered)('refuses %s, also when it has just started, and leaves the heads as they are', async (_, how, kind) => {
    const home = folder();
    put(home, aTrail(4));
    const witness = await begin(home);
    await witness.look('proposals');
    const heads = readFileSync(join(home, 'heads', 'proposals.heads.jsonl'), 'utf8');
    change(home, how(readFileSync(pathsIn(home).proposals, 'utf8').trimEnd().split('\n')));
    // One that runs and has read these lines already need not see a change in them; the next start does, and verify at once.
    expect(await lookAnew(home)).toMatchObject({ did: 'refused', problem: { kind } });
    if (kind !== 'chain_broken') expect(await witness.look('proposals')).toMatchObject({ did: 'refused', problem: { kind } });
    expect(readFileSync(join(home, 'heads', 'proposals.heads.jsonl'), 'utf8')).toBe(heads);
    expect((await verify(home))?.state).toBe('broken');
  });

  it('refuses a rewritten log whose chain was computed anew and that has grown, before and after its own restart', async () => {
    const home = folder();
    put(home, aTrail(4));
    const witness = await begin(home);
    await witness.look('proposals');
    rmSync(pathsIn(home).proposals);
    put(home, aTrail(9, 'another'));
    expect(await witness.look('proposals')).toMatchObject({ did: 'refused', problem: { kind: 'head_mismatch', line: 4 } });
    expect(await lookAnew(home)).toMatchObject({ did: 'refused', problem: { kind: 'head_mismatch' } });
    // Put right again, it signs again.
    rmSync(pathsIn(home).proposals);
    put(home, aTrail(5));
    expect(await witness.look('proposals')).toMatchObject({ did: 'signed', head: { size: 5 } });
  });

  it('takes its word from the second place when the heads are gone, and from nobody else', async () => {
    const [home, second] = [folder(), folder()];
    put(home, aTrail(4));
    await lookAnew(home, second);
    for (const name of ['proposals.head', 'proposals.heads.jsonl']) rmSync(join(home, 'heads', name));
    put(home, aTrail(6, 'another'));
    expect(await lookAnew(home, second)).toMatchObject({ did: 'refused', problem: { kind: 'head_mismatch' } });
    writeFileSync(join(home, 'heads', 'proposals.head'), buildForeignHead());
    expect(await lookAnew(home)).toMatchObject({ did: 'refused', problem: { kind: 'head_invalid' } });
  });

  const buildForeignHead = () => aTrail(2).head('proposals');

  it('goes on behind a note that a kill tore', async () => {
    const home = folder();
    const trail = aTrail(2);
    put(home, trail);
    await lookAnew(home);
    const history = join(home, 'heads', 'proposals.heads.jsonl');
    writeFileSync(history, `${readFileSync(history, 'utf8')}{"note":"jan`);
    trail.add('proposals');
    put(home, trail);
    expect(await lookAnew(home)).toMatchObject({ did: 'signed' });
    expect(await verify(home)).toMatchObject({ state: 'ok', headsCompared: 3 });
  });

  it('says so when the second place takes nothing, and goes on', async () => {
    const home = folder();
    put(home, aTrail(2));
    writeFileSync(join(home, 'blocked'), '');
    const answer = await lookAnew(home, join(home, 'blocked'));
    expect(answer).toMatchObject({ did: 'signed', secondPlaceFailed: expect.any(Error) });
  });
});
