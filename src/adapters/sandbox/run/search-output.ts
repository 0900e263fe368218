import { constants } from 'node:fs';
import type { FileHandle } from 'node:fs/promises';
import { open } from 'node:fs/promises';
import type { FoundText } from '../../../domain/action/result.js';

/** Of the excerpt, before the text and from its first byte on. */
const [bytesBefore, bytesAfter] = [40, 120];
const newline = 0x0a;

/**
 * One text that is looked for by Knuth, Morris and Pratt: each byte is looked at once or twice, whatever text and output are. With
 * `Buffer.indexOf` a text of 1 KiB that was made for it takes three seconds for 16 MiB, and an agent writes both.
 */
interface Search {
  readonly text: string;
  readonly wanted: Buffer;
  /** For each place of the text: how much of its beginning stands just before it as well. */
  readonly borders: Int32Array;
  matching: number;
}

function searchFor(text: string): Search {
  const wanted = Buffer.from(text);
  const borders = new Int32Array(wanted.length);
  for (let at = 1, matching = 0; at < wanted.length; at += 1) {
    while (matching > 0 && wanted[at] !== wanted[matching]) matching = borders[matching - 1] ?? 0;
    if (wanted[at] === wanted[matching]) matching += 1;
    borders[at] = matching;
  }
  return { text, wanted, borders, matching: 0 };
}

/** Behind the last byte of the text in this chunk; undefined where it is not whole yet. */
function endIn(search: Search, chunk: Buffer): number | undefined {
  const { wanted, borders } = search;
  let { matching } = search;
  for (let at = 0; at < chunk.length; at += 1) {
    while (matching > 0 && chunk[at] !== wanted[matching]) matching = borders[matching - 1] ?? 0;
    if (chunk[at] === wanted[matching]) matching += 1;
    if (matching === wanted.length) return at + 1;
  }
  search.matching = matching;
  return undefined;
}

function countLines(bytes: Buffer): number {
  let count = 0;
  for (let at = bytes.indexOf(newline); at >= 0; at = bytes.indexOf(newline, at + 1)) count += 1;
  return count;
}

/** The line there, or what is around the place in a long one; characters that are cut at either end are left out. */
async function excerptAt(handle: FileHandle, start: number): Promise<string> {
  const from = Math.max(0, start - bytesBefore);
  const { bytesRead, buffer } = await handle.read(Buffer.alloc(start - from + bytesAfter), 0, start - from + bytesAfter, from);
  const around = buffer.subarray(0, bytesRead);
  const before = around.subarray(0, start - from);
  const after = around.subarray(start - from);
  const end = after.indexOf(newline);
  const line = Buffer.concat([before.subarray(before.lastIndexOf(newline) + 1), end < 0 ? after : after.subarray(0, end)]);
  return line
    .toString('utf8')
    .replace(/^\uFFFD{1,3}|\uFFFD$/g, '')
    .replaceAll('\0', '\u2400');
}

/** The first place of each text in the whole file, byte for byte; holds a chunk of it at a time. */
export async function searchOutput(file: string, texts: readonly string[]): Promise<FoundText[]> {
  const handle = await open(file, constants.O_RDONLY | constants.O_NOFOLLOW);
  try {
    let searches = texts.map(searchFor);
    const places: { readonly text: string; readonly line: number; readonly start: number }[] = [];
    let [offset, lines] = [0, 0];
    for await (const read of handle.createReadStream({ autoClose: false })) {
      const chunk = read as Buffer;
      searches = searches.filter((search) => {
        const end = endIn(search, chunk);
        if (end === undefined) return true;
        const { text, wanted } = search;
        const line = 1 + lines + countLines(chunk.subarray(0, end)) - countLines(wanted);
        places.push({ text, line, start: offset + end - wanted.length });
        return false;
      });
      if (searches.length === 0) break;
      offset += chunk.length;
      lines += countLines(chunk);
    }
    return await Promise.all(places.map(async ({ text, line, start }) => ({ text, line, excerpt: await excerptAt(handle, start) })));
  } finally {
    await handle.close();
  }
}
