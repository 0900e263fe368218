/** "Web Research", "webResearch" and "web-research" are the same type of action (spec P3). */
export function toSnakeCase(text: string): string {
  return text
    .trim()
    .replace(/([a-z0-9])([A-Z])/g, '$1_$2')
    .replace(/[^A-Za-z0-9]+/g, '_')
    .replace(/^_+|_+$/g, '')
    .toLowerCase();
}

// C0 and C1 controls, soft hyphen, combining grapheme joiner, Arabic letter mark, Hangul and Mongolian fillers, zero-width and bidi marks,
// line separators, invisible operators, variation selectors, byte order mark, interlinear marks, shorthand and musical controls, tag characters,
// lone surrogates.
const invisible =
  /[\u0000-\u001f\u007f-\u009f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u2028-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb]|[\u{1bca0}-\u{1bca3}\u{1d173}-\u{1d17a}\u{e0000}-\u{e0fff}]|\p{Surrogate}/gu;

/**
 * Text from an agent is hostile (spec A5): what could move a cursor, reverse a line or hide in it is shown as ⟦U+202E⟧.
 * The one renderer for terminal, web UI and notification. `keepNewlines` for text that is laid out in lines anyway.
 */
export function visible(text: string, { keepNewlines = false }: { readonly keepNewlines?: boolean } = {}): string {
  return text.replace(invisible, (character) => {
    if (keepNewlines && character === '\n') return character;
    return `⟦U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}⟧`;
  });
}

/** Cuts at a code point, never inside one, and says so with an ellipsis. */
export function shorten(text: string, max: number): string {
  const points = [...text];
  return points.length <= max ? text : `${points.slice(0, Math.max(0, max - 1)).join('')}…`;
}

/** Wraps at spaces and keeps each line's own indent; a word that is too long is left whole, to be copied. */
export function wrapText(
  text: string,
  columns: number,
  { hanging = 0, widthOf = (word) => word.length }: { readonly hanging?: number; readonly widthOf?: (word: string) => number } = {},
): string {
  return text
    .split('\n')
    .flatMap((line) => {
      const indent = /^ */.exec(line)?.[0] ?? '';
      const lines: string[] = [];
      let current = '';
      let width = 0;
      for (const word of line.trim().split(' ')) {
        // Measuring costs; what is far too long need not be measured.
        const wide = word.length > columns * 16 ? word.length : widthOf(word);
        if (current !== '' && width + 1 + wide > columns) {
          lines.push(current.trimEnd());
          current = '';
        }
        const start = lines.length === 0 ? indent : indent + ' '.repeat(hanging);
        width = current === '' ? start.length + wide : width + 1 + wide;
        current = current === '' ? `${start}${word}` : `${current} ${word}`;
      }
      return [...lines, current.trimEnd()];
    })
    .join('\n');
}
