import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { searchOutput } from '../../../../src/adapters/sandbox/run/search-output.js';
import { useFolders } from '../../../support/folders.js';

const folder = useFolders();

function written(output: string | Buffer): string {
  const file = join(folder(), 'out');
  writeFileSync(file, output);
  return file;
}

describe('searching an output (spec X6)', () => {
  it('finds the first place of each text, wherever the file is cut into chunks', async () => {
    for (let shift = -4; shift <= 4; shift += 1) {
      const output = `one\n${'x'.repeat(65_536 + shift - 5)}\nERROR: disk full\nERROR: again\n`;
      expect(await searchOutput(written(output), ['ERROR', 'absent', 'one'])).toEqual([
        { text: 'one', line: 1, excerpt: 'one' },
        { text: 'ERROR', line: 3, excerpt: 'ERROR: disk full' },
      ]);
    }
  });

  it('finds what includes() finds, in the line that counting finds', async () => {
    const few = (minLength: number, maxLength: number) =>
      fc.array(fc.constantFrom('a', 'b', '\n', 'é'), { minLength, maxLength }).map((parts) => parts.join(''));
    await fc.assert(
      fc.asyncProperty(few(0, 60), few(1, 6), async (output, text) => {
        const at = output.indexOf(text);
        const lines = at < 0 ? [] : [output.slice(0, at).split('\n').length];
        expect((await searchOutput(written(output), [text])).map(({ line }) => line)).toEqual(lines);
      }),
      { numRuns: 60 },
    );
  });

  it('shows a bounded part of a long line, and no half characters', async () => {
    const [found] = await searchOutput(written(`${'é'.repeat(1_000)}ERROR${'é'.repeat(1_000)}`), ['ERROR']);
    expect(found!.excerpt).toMatch(/^é+ERRORé+$/);
    expect(found!.excerpt.length).toBeLessThan(160);
  });

  it('looks for bytes: what is no text is passed over, and no NUL stands in an excerpt', async () => {
    const file = written(Buffer.concat([Buffer.from([0xff, 0x00, 0xc3]), Buffer.from('found')]));
    expect(await searchOutput(file, ['found', '\uFFFD'])).toEqual([
      { text: 'found', line: 1, excerpt: expect.stringMatching(/\u2400.*found$/) },
    ]);
  });

  it('is not kept busy by a text that was made for it', async () => {
    const text = `${'a'.repeat(512)}b${'a'.repeat(511)}`;
    const before = process.cpuUsage();
    expect(
      await searchOutput(
        written(Buffer.alloc(4_194_304, 'a')),
        Array.from({ length: 4 }, (_, index) => text + index),
      ),
    ).toEqual([]);
    // `Buffer.indexOf` takes some 2.5 s of CPU here.
    expect(process.cpuUsage(before).user / 1e6).toBeLessThan(1.2);
  });
});
