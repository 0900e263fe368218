import { visible } from './visible.js';

/** One argument as it would have to be typed: quoted where a space or a quote would mislead the eye, and every hidden character visible. */
export function quoted(argument: string): string {
  const text = visible(argument);
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", String.raw`'\''`)}'`;
}
