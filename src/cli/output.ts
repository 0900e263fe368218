import stringWidth from 'string-width';
import type { Context } from './command.js';

const sgr: Readonly<Record<'bold' | 'dim' | 'red' | 'green' | 'yellow', readonly [number, number]>> = {
  bold: [1, 22],
  dim: [2, 22],
  red: [31, 39],
  green: [32, 39],
  yellow: [33, 39],
};

/** Colours where there is a terminal that wants them; not one byte of them elsewhere. */
export function paint({ color }: Pick<Context, 'color'>, style: keyof typeof sgr, text: string): string {
  const [on, off] = sgr[style];
  return color ? `\u001b[${String(on)}m${text}\u001b[${String(off)}m` : text;
}

/** Cut to a display width; wide characters count two. */
export function fit(text: string, width: number): string {
  if (stringWidth(text) <= width) return text;
  let cut = '';
  for (const character of text) {
    if (stringWidth(cut + character) > width - 1) break;
    cut += character;
  }
  return `${cut}…`;
}

/** Columns aligned by display width; the last one gives way to the terminal's width. */
export function table(rows: readonly (readonly string[])[], columns: number): string {
  const count = Math.max(0, ...rows.map((row) => row.length));
  const widths = Array.from({ length: count }, (_, index) => Math.max(...rows.map((row) => stringWidth(row[index] ?? ''))));
  const line = (row: readonly string[]) =>
    row
      .map((cell, index) => {
        const before = widths.slice(0, index).reduce((sum, width) => sum + width + 2, 0);
        const room = index === count - 1 ? Math.max(8, columns - before) : (widths[index] ?? 0);
        const text = fit(cell, room);
        return index === count - 1 ? text : text + ' '.repeat(Math.max(0, room - stringWidth(text)));
      })
      .join('  ')
      .trimEnd();
  return rows.map((row) => `${line(row)}\n`).join('');
}

/** Wraps at spaces to the display width and keeps each line's own indent; a word that is too long is left whole, to be copied. */
export function wrap(text: string, columns: number): string {
  return text
    .split('\n')
    .flatMap((line) => {
      const indent = /^ */.exec(line)?.[0] ?? '';
      const lines: string[] = [];
      let current = '';
      for (const word of line.trim().split(' ')) {
        const next = current === '' ? `${indent}${word}` : `${current} ${word}`;
        if (stringWidth(next) > columns && current !== '') {
          lines.push(current);
          current = `${indent}${word}`;
        } else current = next;
      }
      return [...lines, current];
    })
    .join('\n');
}

/** One JSON object per call, with the name of its schema. */
export function writeJson({ stdout }: Context, schema: string, value: object): void {
  stdout.write(`${JSON.stringify({ schema: `ubos.${schema}/v1`, ...value })}\n`);
}
