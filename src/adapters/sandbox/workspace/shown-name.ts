import { visible } from '../../../domain/text/visible.js';

/** The bytes of one character at the beginning, or 0 where none begins there. */
function characterLength(bytes: Buffer): number {
  const first = bytes[0] ?? 0;
  const length = first < 0x80 ? 1 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
  const part = bytes.subarray(0, length);
  return Buffer.from(part.toString('utf8')).equals(part) ? length : 0;
}

/** A name from a hostile folder: bytes that are no UTF-8 are shown as ⟦0xFF⟧, controls and bidi marks as everywhere. */
export function shownName(name: Buffer): string {
  const text = name.toString('utf8');
  if (Buffer.from(text).equals(name)) return visible(text);
  let shown = '';
  for (let at = 0; at < name.length;) {
    const length = characterLength(name.subarray(at));
    shown += length === 0 ? `⟦0x${name.toString('hex', at, at + 1).toUpperCase()}⟧` : visible(name.toString('utf8', at, at + length));
    at += Math.max(1, length);
  }
  return shown;
}
