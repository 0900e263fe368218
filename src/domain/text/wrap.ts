export interface Wrapping {
  /** By how much what does not fit is indented further. */
  readonly hanging?: number;
  /** Columns that a word takes; terminals show some characters in two. */
  readonly widthOf?: (word: string) => number;
  /** Ends a line inside a word that is too long for one. Without it such a word is left whole, to be copied. */
  readonly breakMark?: string;
}

/** A word in pieces that fit, each but the last with the mark at its end. */
function pieces(word: string, columns: number, mark: string, widthOf: (text: string) => number): string[] {
  if (word.length <= columns * 16 && widthOf(word) <= columns) return [word];
  const room = Math.max(1, columns - mark.length);
  const found: string[] = [];
  let piece = '';
  let width = 0;
  for (const character of word) {
    const wide = widthOf(character);
    if (piece !== '' && width + wide > room) {
      found.push(`${piece}${mark}`);
      piece = '';
      width = 0;
    }
    piece += character;
    width += wide;
  }
  return [...found, piece];
}

/** Wraps at spaces and keeps each line's own indent. */
export function wrapText(text: string, columns: number, wrapping: Wrapping = {}): string {
  const { hanging = 0, widthOf = (word) => word.length, breakMark } = wrapping;
  return text
    .split('\n')
    .flatMap((line) => {
      const indent = /^ */.exec(line)?.[0] ?? '';
      const lines: string[] = [];
      let current = '';
      let width = 0;
      const room = columns - indent.length - hanging;
      const fitting = (word: string) => (breakMark === undefined ? [word] : pieces(word, room, breakMark, widthOf));
      for (const word of line.trim().split(' ').flatMap(fitting)) {
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

/** A command to be copied: broken between its words, never inside quotes, and a shell still takes it for one line. */
export function wrapCommandLine(
  line: string,
  columns: number,
  { widthOf = (text) => text.length }: Pick<Wrapping, 'widthOf'> = {},
): string {
  if (widthOf(line) <= columns) return line;
  const indent = /^ */.exec(line)?.[0] ?? '';
  const lines: string[] = [];
  let current = indent;
  for (const word of line.trim().match(/(?:'[^']*'|[^\s'])+/g) ?? []) {
    const next = current.trim() === '' ? `${current}${word}` : `${current} ${word}`;
    if (widthOf(next) > columns - 2 && current.trim() !== '') {
      lines.push(`${current} \\`);
      current = `${indent}  ${word}`;
    } else current = next;
  }
  return [...lines, current].join('\n');
}
