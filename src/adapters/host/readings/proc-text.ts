import { closeSync, openSync, readFileSync, readSync } from 'node:fs';

/** A file of the kernel; undefined where this kernel has none, or does not show it. Never throws: a reading that is missing is no error. */
export function procText(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}

/** For all of them: each is read whole, and made a string, before the next. */
const room = Buffer.alloc(65_536);

/**
 * For one that is read at every tick, for ever: stays open, since to open and close it costs more than to read it. Only for what the kernel makes anew at
 * each reading; a file that somebody replaces would not be seen. Like `procText` otherwise; where it could not be read it is opened anew.
 */
export function keepProcText(file: string): () => string | undefined {
  let descriptor: number | undefined;
  const close = () => {
    if (descriptor !== undefined) closeSync(descriptor);
    descriptor = undefined;
  };
  return () => {
    try {
      descriptor ??= openSync(file, 'r');
      const bytes = readSync(descriptor, room, 0, room.length, 0);
      return bytes < room.length ? room.toString('latin1', 0, bytes) : procText(file);
    } catch {
      close();
      return undefined;
    }
  };
}

const patterns = new Map<string, RegExp>();

function patternOf(name: string): RegExp {
  const known = patterns.get(name) ?? new RegExp(`^${name}:?\\s+(\\d+)`, 'm');
  patterns.set(name, known);
  return known;
}

/** The first number behind a name at the start of a line, `name: 12 kB` or `name 12`. */
export function numberBehind(text: string, name: string): number | undefined {
  const found = patternOf(name).exec(text)?.[1];
  return found === undefined ? undefined : Number(found);
}
