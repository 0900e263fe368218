import stringWidth from 'string-width';
import type { Context } from '../command.js';
import { paint } from './output.js';

/** How many rows of the screen a line takes: the terminal breaks what was left whole to be copied. */
function rowsOf(line: string, columns: number): number {
  return Math.max(1, Math.ceil(stringWidth(line) / columns));
}

/** Cut where a screen ends, so that each part can be read before it is gone; one row is left for the question, one for the eye. */
export function screens(text: string, { columns, rows }: Pick<Context, 'columns' | 'rows'>): string[] {
  const height = Math.max(3, rows - 2);
  const parts: string[] = [];
  let part = '';
  let used = 0;
  for (const line of text.trimEnd().split('\n')) {
    const taken = rowsOf(line, columns);
    if (used > 0 && used + taken > height) {
      parts.push(part);
      part = '';
      used = 0;
    }
    part += `${line}\n`;
    used += taken;
  }
  return [...parts, part];
}

/**
 * Shows a text screen by screen. Resolves with undefined when it was shown to its end, or with the key that ended it before: one of
 * `keys`, each with the word that the question shows for it.
 */
export async function page(text: string, keys: Readonly<Record<string, string>>, context: Context): Promise<string | undefined> {
  const parts = screens(text, context);
  const others = Object.values(keys).join('  ');
  for (const [index, part] of parts.entries()) {
    context.stdout.write(part);
    if (index === parts.length - 1) return undefined;
    const place = `${index + 1}/${parts.length}`;
    const question = context.columns < 60 ? `(${place}) space: more ? ` : `(${place})  [space] more  ${others} ? `;
    for (;;) {
      const key = await context.keyboard.key(paint(context, 'bold', question));
      if (key in keys) return key;
      if (key === ' ' || key === '\r' || key === '\n') break;
    }
  }
  return undefined;
}
