import { open } from 'node:fs/promises';
import { fileWords } from '../../domain/text/errno-words.js';

const bytesMax = 4_096;

/** The key of an endpoint, or why there is none that can be used: one that others may read is no secret. Read anew for each question. */
export async function readKey(file: string): Promise<{ readonly key: string } | { readonly why: string }> {
  try {
    const handle = await open(file, 'r');
    try {
      const { mode } = await handle.stat();
      if ((mode & 0o077) !== 0) return { why: `the key in ${file} can be read by others: chmod 600 ${file}` };
      const { bytesRead, buffer } = await handle.read(Buffer.alloc(bytesMax), 0, bytesMax, 0);
      const key = buffer.subarray(0, bytesRead).toString('latin1').trim();
      return /^[\x21-\x7e]+$/.test(key) ? { key } : { why: `${file} holds no key: one line of visible characters` };
    } finally {
      await handle.close();
    }
  } catch (error) {
    return { why: fileWords(error) };
  }
}
