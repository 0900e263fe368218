import { closeSync, constants, fstatSync, openSync, readFileSync, writeSync } from 'node:fs';

/** A file of fixed size that is written over itself: it needs no room on a disk that has become full. */
export interface Page<T> {
  /** Never throws: a page that gets old says enough. Nothing is synced: what it says is of this moment. */
  write(value: T): void;
  close(): void;
}

/** `shorten` takes away what matters least; undefined where nothing is left to take. */
export interface PageSettings<T> {
  readonly bytes: number;
  readonly mode: number;
  readonly shorten: (value: T) => T | undefined;
}

function paged<T>(value: T, { bytes, ...rest }: PageSettings<T>): Buffer | undefined {
  const text = `${JSON.stringify(value)}\n`;
  const spare = bytes - Buffer.byteLength(text);
  if (spare >= 0) return Buffer.from(' '.repeat(spare) + text);
  const shorter = rest.shorten(value);
  return shorter === undefined ? undefined : paged(shorter, { bytes, ...rest });
}

/** What does not fit is shortened until it does; what cannot be shortened is not written. */
export function openPage<T>(file: string, settings: PageSettings<T>): Page<T> {
  let descriptor: number | undefined;
  const close = () => {
    if (descriptor !== undefined) closeSync(descriptor);
    descriptor = undefined;
  };
  return {
    write: (value) => {
      try {
        const text = paged(value, settings);
        if (descriptor !== undefined && fstatSync(descriptor).nlink === 0) close();
        // Not truncated: whoever reads it meanwhile would find nothing.
        descriptor ??= openSync(file, constants.O_RDWR | constants.O_CREAT | constants.O_NOFOLLOW, settings.mode);
        if (text !== undefined) writeSync(descriptor, text, 0, settings.bytes, 0);
      } catch {
        close();
      }
    },
    close,
  };
}

/** What was being written is read again; undefined for what nobody of ours wrote: `parse` throws or says so. */
export function readPage<T>(file: string, parse: (value: unknown) => T | undefined, triesLeft = 3): T | undefined {
  try {
    return parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch {
    return triesLeft > 0 ? readPage(file, parse, triesLeft - 1) : undefined;
  }
}
