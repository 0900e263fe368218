import { existsSync, fchmodSync, fchownSync, readFileSync, statSync } from 'node:fs';
import { JanusError } from '../../domain/errors.js';
import { replaceFile } from '../files/durable.js';

/** The text of a file that need not be there. */
export function readIfThere(file: string): string {
  return existsSync(file) ? readFileSync(file, 'utf8') : '';
}

/** Lines after what is there already; a last line without an end gets one. */
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
    next: 'run it as the owner of the file, through sudo',
  });
}

/** For everybody to read, whatever the umask; and root changes it for its owner, and does not take it away. */
function adjust(file: string, descriptor: number): void {
  fchmodSync(descriptor, 0o644);
  if (process.getuid?.() !== 0 || !existsSync(file)) return;
  const { uid, gid } = statSync(file);
  fchownSync(descriptor, uid, gid);
}

/**
 * Changes a file in one step: whoever reads it sees all of it or nothing, and two at the same time cannot undo each other. `change` gets what
 * is there and may refuse by throwing. Throws NOT_PERMITTED where the file cannot be written, CONFLICT where somebody else is at it.
 */
export async function changeAtomically(file: string, change: (text: string) => string): Promise<void> {
  const aside = `${file}.new`;
  try {
    await replaceFile(file, () => change(readIfThere(file)), { mode: 0o644, aside, adjust: (descriptor) => adjust(file, descriptor) });
  } catch (error) {
    throw error instanceof JanusError ? error : refused(error, file);
  }
}
