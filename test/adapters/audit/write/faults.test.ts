import { appendFileSync, readFileSync, renameSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { afterEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { checkChain } from '../../../support/trail/check-chain.js';
import type { FileSeam } from '../../../../src/adapters/audit/write/log-file.js';
import { realFiles } from '../../../../src/adapters/audit/write/log-file.js';
import type { Receipt } from '../../../../src/domain/trail/logs.js';
import { useFolders } from '../../../support/folders.js';
import { sha256 } from '../../../support/proposals/proposals.js';
import { readLog } from '../../../support/trail/trail-check.js';
import { anEntry, closeTrails, openTrail, recordsIn } from '../../../support/trail/trails.js';

const folder = useFolders();
afterEach(closeTrails);

type Fault = { readonly kind: 'none' | 'enospc' | 'sync' } | { readonly kind: 'short'; readonly bytes: number };
const unavailable = { code: 'AUDIT_UNAVAILABLE' };

/** Real files; each write and sync meets the next fault of the list, and after its end none. */
function faultyFiles(faults: Fault[]): FileSeam {
  let current: Fault = { kind: 'none' };
  const errno = (code: string) => Object.assign(new Error(`${code}: injected`), { code });
  return {
    ...realFiles,
    write: async (handle, bytes) => {
      current = faults.shift() ?? { kind: 'none' };
      if (current.kind === 'enospc') throw errno('ENOSPC');
      return realFiles.write(handle, current.kind === 'short' ? bytes.subarray(0, Math.min(current.bytes, bytes.length - 1)) : bytes);
    },
    datasync: async (handle) => {
      if (current.kind === 'sync') {
        current = { kind: 'none' };
        throw errno('EIO');
      }
      await realFiles.datasync(handle);
    },
  };
}

describe('a write that fails (spec L2, Q4a, Q4b)', () => {
  it.each([
    ['a short write', { kind: 'short', bytes: 100 }, 'took only 100 of'],
    ['a full disk', { kind: 'enospc' }, 'ENOSPC'],
    ['a failed sync', { kind: 'sync' }, 'could not be synced'],
  ] as const)('%s is AUDIT_UNAVAILABLE, and over by itself', async (_, fault, words) => {
    const faults: Fault[] = [{ kind: 'none' }, fault];
    const { trail, file } = openTrail(folder(), { seam: faultyFiles(faults) });
    await trail.append('proposals', anEntry('before'));
    await expect(trail.append('proposals', anEntry('a'))).rejects.toMatchObject({
      ...unavailable,
      message: expect.stringContaining(words),
    });
    await trail.append('proposals', anEntry('a'));
    expect(readLog(file).entries.map(({ id }) => id)).toEqual(['before', 'a']);
  });

  it('does not count what was cut short', async () => {
    const seen: string[] = [];
    const here = folder();
    const seam = faultyFiles([{ kind: 'short', bytes: 100 }]);
    const { trail } = openTrail(here, { seam, observe: ({ event_type: type }) => seen.push(type) });
    await expect(trail.append('proposals', anEntry('a'))).rejects.toMatchObject(unavailable);
    expect(await trail.find('proposals', 'a')).toBeUndefined();
    expect(await openTrail(here).trail.find('proposals', 'a')).toBeUndefined();
    expect(seen).toEqual(['torn_tail_sealed']);
  });

  it.each([0, 1, 2, 100])('seals again when only %i bytes of a seal were written', async (bytes) => {
    const faults: Fault[] = [
      { kind: 'short', bytes: 50 },
      { kind: 'short', bytes },
    ];
    const { trail, file } = openTrail(folder(), { seam: faultyFiles(faults) });
    for (let attempt = 0; attempt < 2; attempt += 1)
      await expect(trail.append('proposals', anEntry('a'))).rejects.toMatchObject(unavailable);
    await trail.append('proposals', anEntry('a'));
    expect(await checkChain(file)).toEqual({ ok: true, entries: 2 });
  });

  const bytes = fc.oneof(fc.integer({ min: 0, max: 3 }), fc.integer({ min: 0, max: 600 }));
  const fault: fc.Arbitrary<Fault> = fc.oneof(
    fc.constantFrom<Fault>({ kind: 'none' }, { kind: 'enospc' }, { kind: 'sync' }),
    fc.record({ kind: fc.constant('short' as const), bytes }),
  );

  it('loses nothing acknowledged and breaks no chain, whatever fails when, over restarts', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.record({ faults: fc.array(fault, { maxLength: 5 }), restart: fc.boolean() }), { maxLength: 8 }),
        async (rounds) => {
          const here = folder();
          const faults: Fault[] = [];
          const acknowledged = new Map<string, Receipt>();
          const open = () => openTrail(here, { seam: faultyFiles(faults) });
          let { trail, file } = open();
          for (const [round, { faults: next, restart }] of rounds.entries()) {
            faults.push(...next);
            if (restart) ({ trail } = open());
            const id = `id ${round}`;
            await trail.append('proposals', anEntry(id)).then(
              (receipt) => acknowledged.set(id, receipt),
              (error: unknown) => expect(error).toMatchObject(unavailable),
            );
          }
          faults.length = 0;
          const last = await trail.append('proposals', anEntry('last'));
          const { records, leaves } = readLog(file);
          for (const [id, { seq, leaf }] of [...acknowledged, ['last', last] as const]) {
            expect(records[seq]?.id).toBe(id);
            expect(leaves.get(seq)).toBe(leaf);
          }
        },
      ),
      { numRuns: 60 },
    );
  });
});

describe('a torn tail (spec L2)', () => {
  /** What a kill in the middle of a write leaves: so many bytes of the line, and nobody who could say more. */
  const tear = async (here: string, bytes: number) => {
    const { trail } = openTrail(here, { seam: faultyFiles([{ kind: 'short', bytes }]) });
    await expect(trail.append('proposals', anEntry('torn'))).rejects.toMatchObject(unavailable);
  };

  it('is sealed and never truncated, by whoever comes next', async () => {
    const here = folder();
    const { trail, file } = openTrail(here);
    await trail.append('proposals', anEntry('a'));
    const { length } = readFileSync(file);
    await tear(here, 23);
    const before = readFileSync(file);
    await openTrail(here).trail.append('proposals', anEntry('b'));
    expect(readFileSync(file).subarray(0, before.length)).toEqual(before);
    expect(recordsIn(file)[1]).toMatchObject({
      event_type: 'torn_tail_sealed',
      seq: 1,
      bytes: 23,
      offset: length,
      sha256: sha256(before.subarray(length).toString()),
    });
    await trail.append('proposals', anEntry('c'));
    expect(await checkChain(file)).toEqual({ ok: true, entries: 4 });
  });

  it('of any bytes is sealed after a power cut, when nobody has left word', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.uint8Array({ minLength: 1, maxLength: 50 }).filter((bytes) => !bytes.includes(0x0a)),
        async (bytes) => {
          const here = folder();
          const { trail, file } = openTrail(here);
          await trail.append('proposals', anEntry('a'));
          rmSync(`${file}.lock`);
          appendFileSync(file, bytes);
          await openTrail(here).trail.append('proposals', anEntry('b'));
          expect(await checkChain(file)).toEqual({ ok: true, entries: 3 });
        },
      ),
      { numRuns: 40 },
    );
  });

  it('that lacks only its newline is a record', async () => {
    const here = folder();
    const { trail, file } = openTrail(here);
    await trail.append('proposals', anEntry('a'));
    await tear(here, Number.MAX_SAFE_INTEGER);
    expect(readFileSync(file).at(-1)).not.toBe(0x0a);
    const other = openTrail(here);
    expect((await other.trail.append('proposals', anEntry('torn'))).seq).toBe(1);
    expect(readLog(file).records).toHaveLength(2);
  });
});

describe('a file that somebody touched (spec L2, Q4d)', () => {
  it.each([
    ['deleted', (file: string) => rmSync(file), 'deleted'],
    ['replaced', (file: string) => (renameSync(file, `${file}.old`), writeFileSync(file, readFileSync(`${file}.old`))), 'replaced'],
    ['cut', (file: string) => truncateSync(file, 10), 'shrunk'],
    ['emptied', (file: string) => truncateSync(file, 0), 'shrunk'],
  ] as const)('and %s is refused, again and again', async (_, touch, word) => {
    const { trail, file } = openTrail(folder());
    await trail.append('proposals', anEntry('a'));
    touch(file);
    const refusal = { ...unavailable, message: expect.stringContaining(word) };
    await expect(trail.append('proposals', anEntry('b'))).rejects.toMatchObject(refusal);
    await expect(trail.append('proposals', anEntry('b'))).rejects.toMatchObject(unavailable);
    await expect(trail.decide('proposals', () => anEntry('b'))).rejects.toMatchObject(unavailable);
  });

  it('and made a link is refused', async () => {
    const { trail, file } = openTrail(folder());
    const { symlinkSync } = await import('node:fs');
    writeFileSync(`${file}.real`, '');
    symlinkSync(`${file}.real`, file);
    await expect(trail.append('proposals', anEntry('a'))).rejects.toMatchObject(unavailable);
    expect(readFileSync(`${file}.real`, 'utf8')).toBe('');
  });
});
