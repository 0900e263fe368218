import stringWidth from 'string-width';
import { visible } from '../../domain/text/visible.js';
import { wrapCommandLine, wrapText } from '../../domain/text/wrap.js';
import type { Context } from '../command.js';

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
  return color ? `\u001b[${on}m${text}\u001b[${off}m` : text;
}

/** Risk where the eye looks first. */
export function paintRisk(context: Pick<Context, 'color'>, risk: string, text = risk): string {
  const level = risk.trim().toLowerCase();
  if (level === 'high') return paint(context, 'red', text);
  return level === 'medium' ? paint(context, 'yellow', text) : text;
}

/** Output of a tool: shown, never obeyed by the terminal; its lines and tabs stay. */
export function shown(text: string): string {
  return text
    .split('\t')
    .map((part) => visible(part, { keepNewlines: true }))
    .join('\t');
}

/** Cut to a display width; wide characters count two. */
export function fit(text: string, width: number): string {
  // No character is narrower than nothing: what is longer than this by far need not be measured to its end.
  if (text.length <= width * 16 && stringWidth(text) <= width) return text;
  let cut = '';
  let used = 0;
  for (const character of text) {
    used += stringWidth(character);
    if (used > width - 1) break;
    cut += character;
  }
  return `${cut}…`;
}

export interface TableOptions {
  /** What does not fit into the last column: cut it, or go on in the next line. */
  readonly overflow?: 'cut' | 'wrap';
  /** Widest that a column may be, by its index. */
  readonly widest?: readonly (number | undefined)[];
}

/** Columns aligned by display width; the last one gives way to the terminal's width. */
export function table(rows: readonly (readonly string[])[], columns: number, { overflow = 'cut', widest = [] }: TableOptions = {}): string {
  const count = Math.max(0, ...rows.map((row) => row.length));
  const cells = rows.map((row) => row.map((cell, index) => (widest[index] === undefined ? cell : fit(cell, widest[index]))));
  const widths = Array.from({ length: count - 1 }, (_, index) => Math.max(...cells.map((row) => stringWidth(row[index] ?? ''))));
  const before = widths.reduce((sum, width) => sum + width + 2, 0);
  const room = Math.max(8, columns - before);
  return cells
    .map((row) => {
      const fixed = widths.map((width, index) => (row[index] ?? '') + ' '.repeat(width - stringWidth(row[index] ?? '') + 2)).join('');
      const last = row[count - 1] ?? '';
      if (overflow === 'cut') return `${fixed}${fit(last, room)}`.trimEnd();
      return wrap(last, room)
        .split('\n')
        .map((line, index) => `${index === 0 ? fixed : ' '.repeat(before)}${line}`.trimEnd())
        .join('\n');
    })
    .map((line) => `${line}\n`)
    .join('');
}

/** Wraps to the display width, where wide characters count two. */
export function wrap(text: string, columns: number, hanging = 0): string {
  return wrapText(text, columns, { hanging, widthOf: stringWidth });
}

/** A command to be copied, broken between its words. */
export function wrapCommand(line: string, columns: number): string {
  return wrapCommandLine(line, columns, { widthOf: stringWidth });
}
