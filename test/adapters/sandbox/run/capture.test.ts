import { createHash } from 'node:crypto';
import { readFileSync, symlinkSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { captureTo, openCaptures } from '../../../../src/adapters/sandbox/run/capture.js';
import { useFolders } from '../../../support/folders.js';

const folder = useFolders();
const hash = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');

/** Takes bytes in chunks of these sizes, over and over. */
function capture(bytes: Buffer, sizes: readonly number[]) {
  const file = join(folder(), 'out');
  const to = captureTo(file);
  for (let at = 0, turn = 0; at < bytes.length; turn += 1) {
    const size = sizes[turn % sizes.length]!;
    to.take(bytes.subarray(at, at + size));
    at += size;
  }
  return { output: to.finish(), file };
}

describe('capturing an output (spec X6)', () => {
  it('keeps the beginning, hashes all and writes all to the file, however it arrives', () => {
    const bytes = fc.oneof(
      fc.uint8Array({ maxLength: 100 }).map((each) => Buffer.from(each)),
      fc
        .tuple(fc.integer({ min: 16_370, max: 16_400 }), fc.string({ unit: 'grapheme', maxLength: 30 }))
        .map(([length, text]) => Buffer.from('x'.repeat(length) + text)),
    );
    fc.assert(
      fc.property(bytes, fc.array(fc.integer({ min: 1, max: 9_000 }), { minLength: 1, maxLength: 4 }), (all, sizes) => {
        const { output, file } = capture(all, sizes);
        expect(readFileSync(file)).toEqual(all);
        expect(output).toMatchObject({ bytes: all.length, sha256: hash(all), truncated: all.length > 16_384 });
      }),
      { numRuns: 60 },
    );
  });

  it('cuts at a whole character', () => {
    fc.assert(
      fc.property(fc.constantFrom('é', '€', '😀', 'x'), fc.integer({ min: 0, max: 5 }), (character, shift) => {
        const text = 'x'.repeat(16_384 - shift) + character.repeat(10);
        const { output } = capture(Buffer.from(text), [16_384]);
        expect(text.startsWith(output.text)).toBe(true);
        expect(Buffer.byteLength(output.text)).toBeGreaterThan(16_384 - 5);
        expect(output.text).not.toContain('\ufffd');
      }),
    );
  });

  it('is text, whatever the bytes are: no NUL, and U+FFFD for what cannot be read', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 50 }), (bytes) => {
        const { text } = capture(Buffer.from(bytes), [7]).output;
        expect(text).not.toContain('\0');
        expect(text.isWellFormed()).toBe(true);
      }),
      { numRuns: 50 },
    );
    expect(capture(Buffer.from([0x61, 0, 0xff]), [1]).output.text).toBe('a\u2400\ufffd');
  });

  it('follows no link that lies where its file should be', () => {
    const here = folder();
    writeFileSync(join(here, 'precious'), 'kept');
    symlinkSync(join(here, 'precious'), join(here, 'out'));
    expect(() => captureTo(join(here, 'out'))).toThrow('ELOOP');
    expect(readFileSync(join(here, 'precious'), 'utf8')).toBe('kept');
  });
});

describe('a disk that does not take the output (spec X3)', () => {
  const failing = (code: string) => () => {
    throw Object.assign(new Error(`${code}: write`), { code });
  };

  it('writes on after a short write, as the one before a full disk is', () => {
    const file = join(folder(), 'out');
    const to = captureTo(file, ((descriptor: number, chunk: Buffer, at: number) =>
      writeSync(descriptor, chunk, at, Math.min(3, chunk.length - at))) as typeof writeSync);
    to.take(Buffer.from('0123456789'));
    expect([to.finish().bytes, readFileSync(file, 'utf8'), to.problem]).toEqual([10, '0123456789', undefined]);
  });

  it.each(['ENOSPC', 'EDQUOT', 'EIO'])(
    'never throws for %s: it is the reason why its own action ends, with what was read hashed all the same',
    (code) => {
      const to = captureTo(join(folder(), 'out'), failing(code));
      to.take(Buffer.from('ab'));
      to.take(Buffer.from('c'));
      expect(to.problem).toEqual({ reason: 'disk', note: expect.stringContaining(code) });
      expect(to.finish()).toMatchObject({ text: 'abc', bytes: 3, sha256: hash(Buffer.from('abc')) });
    },
  );
});

it('closes the first where the second cannot be opened', () => {
  let closed = 0;
  const scarce = (file: string) => {
    if (file.endsWith('.stderr')) throw new Error('EMFILE');
    const capture = captureTo(file);
    return { ...capture, finish: () => ((closed += 1), capture.finish()) };
  };
  expect(() => openCaptures(join(folder(), 'x'), scarce)).toThrow('EMFILE');
  expect(closed).toBe(1);
});
