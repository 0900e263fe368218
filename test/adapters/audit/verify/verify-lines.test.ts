import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { checkChain } from '../../../support/trail/check-chain.js';
import { useFolders } from '../../../support/folders.js';
import { sha256 } from '../../../support/proposals/proposals.js';
import { anEntry, closeTrails, openTrail } from '../../../support/trail/trails.js';

const folder = useFolders();
afterEach(closeTrails);

describe('the verifier finds and names (spec L3, Q4e)', () => {
  let lines: string[];
  const check = (change: string) => {
    const file = join(folder(), 'changed.jsonl');
    writeFileSync(file, change, 'latin1');
    return checkChain(file);
  };
  const whole = (changed: readonly string[]) => changed.map((line) => `${line}\n`).join('');

  beforeEach(async () => {
    const { trail, file } = openTrail(folder());
    for (let index = 0; index < 8; index += 1) await trail.append('proposals', anEntry(`id ${index}`, { word: 'word' }));
    lines = readFileSync(file, 'latin1').split('\n').slice(0, -1);
  });

  it('nothing in a sound log', async () => {
    expect(await check(whole(lines))).toEqual({ ok: true, entries: 8 });
    expect(await check('')).toEqual({ ok: true, entries: 0 });
  });

  const strange = { null: 'null', number: '5', list: '[]', object: '{}', text: 'foreign words', nothing: '' };
  it.each([
    ['an edit', (all: string[]) => all.with(3, all[3]!.replace('word', 'wort')), 5],
    ['a carriage return', (all: string[]) => all.with(3, `${all[3]!}\r`), 5],
    ['a deletion', (all: string[]) => all.toSpliced(3, 1), 4],
    ['a deleted beginning', (all: string[]) => all.slice(2), 1],
    ['a repeated line', (all: string[]) => all.toSpliced(4, 0, all[3]!), 5],
    ['two lines in another order', (all: string[]) => all.with(3, all[4]!).with(4, all[3]!), 4],
    ['a cut in the middle', (all: string[]) => all.with(3, all[3]!.slice(0, 40)), 4],
    ['two lines joined', (all: string[]) => all.toSpliced(3, 2, all[3]! + all[4]!), 4],
    ['a cut tail', (all: string[]) => all.with(7, all[7]!.slice(0, 40)), 8],
    ...Object.entries(strange).flatMap(([name, line]) => [
      [`a line inserted: ${name}`, (all: string[]) => all.toSpliced(3, 0, line), 4] as const,
      [`a line appended: ${name}`, (all: string[]) => [...all, line], 9] as const,
    ]),
  ] as const)('%s', async (_, change, line) => {
    const found = await check(whole(change(lines)));
    expect(found).toMatchObject({ ok: false, problem: expect.stringMatching(new RegExp(`^line ${line}: `)) });
  });

  it.each([7, 9, -1])('a line whose hash is right and whose seq is %i', async (seq) => {
    const prev = sha256(`\0${lines[7]!}`);
    const forged = JSON.stringify({ ...(JSON.parse(lines[7]!) as object), id: 'forged', seq, prev });
    expect(await check(whole([...lines, forged]))).toMatchObject({
      ok: false,
      problem: expect.stringContaining(`line 9: seq is ${seq}`),
    });
  });

  it('no harm in an append that a kill cut short: the next one seals it', async () => {
    expect(await check(whole(lines).slice(0, -1))).toEqual({ ok: true, entries: 7 });
  });

  it('a foreign line, whatever unfinished one stands behind it', async () => {
    expect(await check(`${whole(lines)}torn\n{"timest`)).toMatchObject({
      ok: false,
      problem: expect.stringMatching(/^line 9: it is no record/),
    });
  });

  it('any changed, inserted or removed byte but of the last line', async () => {
    const bytes = whole(lines);
    const end = bytes.length - lines[7]!.length - 1;
    const position = fc.integer({ min: 0, max: end - 1 });
    const byte = fc.integer({ min: 0, max: 255 }).map((code) => String.fromCharCode(code));
    await fc.assert(
      fc.asyncProperty(position, fc.constantFrom('', byte), byte, async (at, inserted, other) => {
        const removed = inserted === '' ? 1 : 0;
        const changed = bytes.slice(0, at) + (inserted === '' ? '' : other) + bytes.slice(at + removed);
        expect((await check(changed)).ok).toBe(changed === bytes);
        const replaced = bytes.slice(0, at) + other + bytes.slice(at + 1);
        expect((await check(replaced)).ok).toBe(replaced === bytes);
      }),
      { numRuns: 100 },
    );
  });
});
