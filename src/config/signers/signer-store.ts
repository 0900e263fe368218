import {
  chmodSync,
  chownSync,
  closeSync,
  constants,
  existsSync,
  fsyncSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { JanusError } from '../../domain/errors.js';

/** The text of a file that need not be there. */
export function readIfThere(file: string): string {
  return existsSync(file) ? readFileSync(file, 'utf8') : '';
}

/** Lines behind what is there already; a last line without an end gets one. */
export function withLines(text: string, lines: readonly string[]): string {
  return `${text}${text === '' || text.endsWith('\n') ? '' : '\n'}${lines.map((line) => `${line}\n`).join('')}`;
}

function refused(error: unknown, file: string): JanusError {
  const { code = 'unknown' } = error as NodeJS.ErrnoException;
  if (code === 'EEXIST')
    return new JanusError('CONFLICT', `${file}.new is there: somebody else is changing ${file}, or was interrupted. Nothing done.`, {
      next: `look at it, then: rm ${file}.new`,
    });
  return new JanusError('NOT_PERMITTED', `${file} cannot be written: ${code}. Nothing done.`, {
    next: 'run it as the owner of the file: sudo ubos keys ...',
  });
}

/**
 * Appends in one step: whoever reads the file sees all of it or nothing, and two at the same time cannot undo each other. `change` gets
 * what is there and may refuse by throwing. Throws NOT_PERMITTED where the file cannot be written, CONFLICT where somebody else is at it.
 */
export function changeAtomically(file: string, change: (text: string) => string): void {
  const fresh = `${file}.new`;
  let descriptor: number;
  try {
    descriptor = openSync(fresh, constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW, 0o644);
  } catch (error) {
    throw refused(error, file);
  }
  try {
    writeSync(descriptor, change(readIfThere(file)));
    chmodSync(fresh, 0o644);
    // Root changes it for its owner, and does not take it away.
    if (existsSync(file) && process.getuid?.() === 0) chownSync(fresh, statSync(file).uid, statSync(file).gid);
    fsyncSync(descriptor);
    renameSync(fresh, file);
  } catch (error) {
    rmSync(fresh, { force: true });
    throw error instanceof JanusError ? error : refused(error, file);
  } finally {
    closeSync(descriptor);
  }
  const folder = openSync(dirname(file), constants.O_RDONLY);
  fsyncSync(folder);
  closeSync(folder);
}
