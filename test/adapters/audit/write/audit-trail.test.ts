import { readFileSync, statSync } from 'node:fs';
import { afterEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { checkChain } from '../../../support/trail/check-chain.js';
import { leafOf } from '../../../../src/adapters/audit/format/record.js';
import type { AuditRecord } from '../../../../src/domain/trail/records.js';
import { useFolders } from '../../../support/folders.js';
import { sha256 } from '../../../support/proposals/proposals.js';
import { anEntry, closeTrails, openTrail, recordsIn } from '../../../support/trail/trails.js';
import { anyText } from '../../../support/texts.js';

const folder = useFolders();
afterEach(closeTrails);
const linesOf = (file: string) => readFileSync(file, 'utf8').split('\n').slice(0, -1);

describe('append (spec L1, L2, L3)', () => {
  it("writes one line with the seed's keys first and the chain's last", async () => {
    const { trail, file } = openTrail(folder(), { clock: () => new Date('2026-01-02T03:04:05.678Z') });
    const receipt = await trail.append('proposals', anEntry('a/1', { risk_level: 'low', status: 'proposed' }));
    expect(readFileSync(file, 'utf8')).toBe(
      '{"timestamp":"2026-01-02T03:04:05.678Z","vessel_id":"balaur","event_type":"action_proposed","action_id":"janus-0123456789ab",' +
        '"summary":"about a/1","risk_level":"low","status":"proposed",' +
        `"v":1,"log":"proposals","seq":0,"id":"a/1","prev":"${'0'.repeat(64)}"}\n`,
    );
    expect(receipt).toEqual({ log: 'proposals', seq: 0, leaf: leafOf(Buffer.from(linesOf(file)[0]!)) });
    expect(statSync(file).mode & 0o007).toBe(0);
  });

  it('chains each line to the bytes of the one before: SHA-256 over 0x00 and the line', async () => {
    const { trail, file } = openTrail(folder());
    for (const id of ['a', 'b', 'c']) await trail.append('proposals', anEntry(id));
    const lines = linesOf(file);
    const records = recordsIn(file);
    expect(records.map(({ seq }) => seq)).toEqual([0, 1, 2]);
    expect(records[1]!.prev).toBe(sha256(`\0${lines[0]!}`));
    expect(records[2]!.prev).toBe(sha256(`\0${lines[1]!}`));
  });

  it('is idempotent by id, for this process, another one, and one that came later', async () => {
    const here = folder();
    const first = openTrail(here);
    const receipt = await first.trail.append('proposals', anEntry('a', { n: 1 }));
    await first.trail.append('proposals', anEntry('b'));
    for (const { trail } of [first, openTrail(here), openTrail(here)]) {
      expect(await trail.append('proposals', anEntry('a', { n: 2 }))).toEqual(receipt);
    }
    expect(recordsIn(first.file).map(({ id }) => id)).toEqual(['a', 'b']);
  });

  it('keeps a chain for each log', async () => {
    const { trail } = openTrail(folder());
    const receipts = await Promise.all(
      (['mission_log', 'tool_use', 'proposals'] as const).map((log) => trail.append(log, anEntry('same'))),
    );
    expect(receipts.map(({ log, seq }) => [log, seq])).toEqual([
      ['mission_log', 0],
      ['tool_use', 0],
      ['proposals', 0],
    ]);
  });

  it('carries any text and any value unchanged', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.record({ text: anyText, value: fc.jsonValue() }), { maxLength: 5 }), async (each) => {
        const { trail, file } = openTrail(folder());
        for (const [index, { text, value }] of each.entries()) {
          await trail.append('proposals', { ...anEntry(String(index), { value }), summary: text });
        }
        await trail.append('proposals', anEntry('last'));
        expect(await checkChain(file)).toEqual({ ok: true, entries: each.length + 1 });
        for (const [index, { text, value }] of each.entries()) {
          const found = await trail.find('proposals', String(index));
          expect(found).toMatchObject({ summary: JSON.parse(JSON.stringify(text)) as string });
          expect(Object(found)).toHaveProperty('value', JSON.parse(JSON.stringify(value)));
        }
      }),
      { numRuns: 30 },
    );
  });

  it.each(['timestamp', 'seq', 'prev', 'id', 'v', 'log', 'event_type'])('lets no data overwrite %s', async (key) => {
    const { trail, file } = openTrail(folder());
    await trail.append('proposals', anEntry('before'));
    await expect(trail.append('proposals', anEntry('a', { [key]: 'forged' }))).rejects.toThrow(TypeError);
    await trail.append('proposals', anEntry('after'));
    expect(await checkChain(file)).toEqual({ ok: true, entries: 2 });
  });

  it('shortens the largest values to their digest until the line fits into 64 KiB', async () => {
    const { trail, file } = openTrail(folder());
    const [large, larger] = ['ä'.repeat(20_000), 'b'.repeat(70_000)];
    await trail.append('proposals', anEntry('a', { large, larger, small: 'kept' }));
    const [line] = linesOf(file);
    expect(Buffer.byteLength(line!) + 1).toBeLessThanOrEqual(65_536);
    const found = await trail.find('proposals', 'a');
    expect(found).toMatchObject({ small: 'kept', large });
    expect(Object(found)).toHaveProperty('larger', {
      sha256: sha256(JSON.stringify(larger)),
      bytes: 70_002,
      excerpt: JSON.stringify(larger).slice(0, 256),
    });
  });

  it('refuses a record that cannot be shortened, and goes on', async () => {
    const { trail, file } = openTrail(folder());
    const entry = { ...anEntry('a'), summary: 'x'.repeat(70_000) };
    await expect(trail.append('proposals', entry)).rejects.toMatchObject({ code: 'AUDIT_UNAVAILABLE' });
    await trail.append('proposals', anEntry('b'));
    expect(await checkChain(file)).toEqual({ ok: true, entries: 1 });
  });
});

describe('decide (spec C5)', () => {
  it('lets exactly one of many at the same moment find nothing there', async () => {
    const here = folder();
    const writers = Array.from({ length: 8 }, (_, index) => {
      let others = 0;
      const { trail, file } = openTrail(here, { observe: () => (others += 1) });
      return { file, decide: () => trail.decide('proposals', () => (others === 0 ? anEntry(`by ${index}`) : undefined)) };
    });
    const receipts = await Promise.all(writers.map(({ decide }) => decide()));
    expect(receipts.filter((receipt) => receipt !== undefined)).toHaveLength(1);
    expect(recordsIn(writers[0]!.file)).toHaveLength(1);
  });

  it('shows every record once and in order, whoever wrote it', async () => {
    const here = folder();
    const seen: AuditRecord[] = [];
    const [a, b] = [openTrail(here, { observe: (record) => seen.push(record) }), openTrail(here)];
    for (const id of ['1', '2', '3', '4']) await (id === '3' ? a : b).trail.append('proposals', anEntry(id));
    await a.trail.decide('proposals', () => undefined);
    expect(seen.map(({ id }) => id)).toEqual(['1', '2', '3', '4']);
  });

  it('adds nothing for undefined, and leaves the lock when the decision throws', async () => {
    const { trail, file } = openTrail(folder());
    expect(await trail.decide('proposals', () => undefined)).toBeUndefined();
    const thrown = trail.decide('proposals', () => {
      throw new TypeError('a bug');
    });
    await expect(thrown).rejects.toThrow('a bug');
    await trail.append('proposals', anEntry('a'));
    expect(recordsIn(file)).toHaveLength(1);
  });
});

it('finds a record by its id, and nothing by another', async () => {
  const here = folder();
  const { trail } = openTrail(here);
  await trail.append('proposals', anEntry('a', { n: 1 }));
  expect(await openTrail(here).trail.find('proposals', 'a')).toMatchObject({ id: 'a', n: 1 });
  expect(await trail.find('proposals', 'b')).toBeUndefined();
  expect(await trail.find('tool_use', 'a')).toBeUndefined();
});
