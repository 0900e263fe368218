import { closeSync, constants, fstatSync, openSync, readFileSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { makeFolders } from './make-folders.js';

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

/** At the end of the page, so that what is shorter than what was there before covers it; false where it does not fit. */
function fill<T>(page: Buffer, value: T, shorten: PageSettings<T>['shorten']): boolean {
  const text = `${JSON.stringify(value)}\n`;
  const spare = page.length - Buffer.byteLength(text);
  if (spare >= 0) {
    page.fill(' ', 0, spare);
    page.write(text, spare);
    return true;
  }
  const shorter = shorten(value);
  return shorter !== undefined && fill(page, shorter, shorten);
}

/** What does not fit is shortened until it does; what cannot be shortened is not written. */
export function openPage<T>(file: string, settings: PageSettings<T>): Page<T> {
  // One for ever: it is written at every tick.
  const page = Buffer.alloc(settings.bytes);
  let descriptor: number | undefined;
  const close = () => {
    if (descriptor !== undefined) closeSync(descriptor);
    descriptor = undefined;
  };
  return {
    write: (value) => {
      try {
        const fits = fill(page, value, settings.shorten);
        if (descriptor !== undefined && fstatSync(descriptor).nlink === 0) close();
        if (descriptor === undefined) {
          makeFolders(dirname(file), 0o755);
          // Not truncated: whoever reads it meanwhile would find nothing.
          descriptor = openSync(file, constants.O_RDWR | constants.O_CREAT | constants.O_NOFOLLOW, settings.mode);
        }
        if (fits) writeSync(descriptor, page, 0, settings.bytes, 0);
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
