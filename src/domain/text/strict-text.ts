/** Bytes that are no text, and where. */
export interface NoText {
  readonly line: number;
  readonly found: string;
}

export const textAllowed = 'files are UTF-8; one in Latin-1 becomes it by: iconv -f latin1 -t utf8';

const newline = 0x0a;

function decoded(bytes: Uint8Array): string | undefined {
  try {
    // Takes the byte order mark off.
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

/** No line break is part of another character, so lines can be looked at one by one. */
function firstBadLine(bytes: Uint8Array): NoText {
  let line = 1;
  for (let start = 0; start <= bytes.length; line += 1) {
    const at = bytes.indexOf(newline, start);
    const end = at < 0 ? bytes.length : at;
    if (decoded(bytes.subarray(start, end)) === undefined) break;
    start = end + 1;
  }
  return { line, found: 'bytes that are no UTF-8' };
}

/** The text of a file: UTF-8 to the letter, without its byte order mark. Nothing is replaced, because what runs is what was written. */
export function decodeText(bytes: Uint8Array): string | NoText {
  return decoded(bytes) ?? firstBadLine(bytes);
}
