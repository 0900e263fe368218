import { readFile, stat } from 'node:fs/promises';
import { errnoWords } from '../../domain/text/errno-words.js';
import { decodeText, textAllowed } from '../../domain/text/strict-text.js';

const bytesMax = 262_144;

/** The text of the charter, or why there is none: with file and, where it is no text, with line. */
export async function readCharter(file: string): Promise<{ readonly text: string } | { readonly why: string }> {
  try {
    const { size } = await stat(file);
    if (size > bytesMax) return { why: `${file}: found ${size} bytes; a charter has at most ${bytesMax}` };
    const text = decodeText(await readFile(file));
    return typeof text === 'string' ? { text } : { why: `${file}:${text.line}: found ${text.found}; ${textAllowed}` };
  } catch (error) {
    return { why: `the charter cannot be read: ${file}: ${errnoWords(error)}` };
  }
}
