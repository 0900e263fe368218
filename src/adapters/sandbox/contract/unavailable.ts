import { JanusError } from '../../../domain/errors.js';

/** What people read and type where the machine refuses a file, by errno. */
const refusals: Readonly<Record<string, readonly [what: string, next: string]>> = {
  EROFS: ['is on a read-only file system', 'mount it writable, or set sandbox.root to a folder elsewhere; then ubos doctor'],
  ENOSPC: ['is on a file system that is full', 'make room (df -h, df -i); then ubos doctor'],
  EDQUOT: ['is beyond the disk quota of its account', 'make room, or raise the quota; then ubos doctor'],
  EMFILE: ['cannot be opened: this process has as many files open as it may', 'raise LimitNOFILE, and restart the worker'],
  ENFILE: ['cannot be opened: this machine has as many files open as it may', 'raise fs.file-max'],
  EACCES: ['may not be written by the account of the worker', 'look at it with ls -ld, and give it back to that account'],
  EIO: ['cannot be written: the disk fails', 'look at the disk: dmesg'],
};

/** Nothing was started, because the machine refused a file or folder that is needed for it; says which, why, and what to do. */
export function refusedFile(path: string, error: unknown): JanusError {
  if (error instanceof JanusError) return error;
  const { code = '' } = error as NodeJS.ErrnoException;
  const [what, next] = refusals[code] ?? [`cannot be used: ${error instanceof Error ? error.message : String(error)}`, 'ubos doctor'];
  return new JanusError('SANDBOX_UNAVAILABLE', `${path} ${what}`, { cause: error, next });
}

/** bwrap ended before the command ran. */
export function setUpFailed(words: string): JanusError {
  const text = words.trim().slice(0, 500) || 'it gave no reason';
  return new JanusError('SANDBOX_UNAVAILABLE', `bubblewrap could not set up the sandbox: ${text}`, { next: 'ubos doctor' });
}
