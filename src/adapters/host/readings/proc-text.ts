import { readFileSync } from 'node:fs';

/** A file of the kernel; undefined where this kernel has none, or does not show it. Never throws: a reading that is missing is no error. */
export function procText(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}

/** The first number behind a name at the start of a line, `name: 12 kB` or `name 12`. */
export function numberBehind(text: string, name: string): number | undefined {
  const found = new RegExp(`^${name}:?\\s+(\\d+)`, 'm').exec(text)?.[1];
  return found === undefined ? undefined : Number(found);
}
