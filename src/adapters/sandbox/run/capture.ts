import { createHash } from 'node:crypto';
import { closeSync, constants, openSync, writeSync } from 'node:fs';
import type { CapturedOutput } from '../../../domain/action/result.js';
import type { Ending } from '../profile/quota.js';

/** Kept in the result; the rest is in the file. */
const excerptBytes = 16_384;

/** The disk fails or is full: that is the end of the action whose file it is, and of no other. */
export const failedIo = (what: string, error: unknown): Ending => ({
  reason: 'disk',
  note: `${what}: ${error instanceof Error ? error.message : String(error)}`,
});

/** Reads one stream of an action: keeps its beginning, hashes all, writes all to a file. Never throws once it is open. */
export interface Capture {
  take(chunk: Buffer): void;
  /** Why the file is not whole; undefined while it is. Known for good after `finish`. */
  readonly problem: Ending | undefined;
  /** How many bytes came so far. */
  readonly bytes: number;
  finish(): CapturedOutput;
}

/** Cut at a whole character: bytes 10xxxxxx belong to the one before. */
function wholeCharacters(bytes: Buffer, complete: boolean): Buffer {
  if (complete) return bytes;
  let end = bytes.length;
  while (end > 0 && end > bytes.length - 4 && ((bytes[end - 1] ?? 0) & 0xc0) === 0x80) end -= 1;
  return (bytes[end - 1] ?? 0) >= 0xc0 ? bytes.subarray(0, end - 1) : bytes;
}

/** A full disk begins with a short write that succeeds. */
function writeWhole(descriptor: number, chunk: Buffer, write: typeof writeSync): void {
  for (let done = 0; done < chunk.length;) done += write(descriptor, chunk, done);
}

export function captureTo(file: string, write: typeof writeSync = writeSync): Capture {
  // A second attempt at the same name must not follow what lies there.
  const descriptor = openSync(file, constants.O_WRONLY | constants.O_CREAT | constants.O_TRUNC | constants.O_NOFOLLOW, 0o640);
  const hash = createHash('sha256');
  const kept: Buffer[] = [];
  let keptBytes = 0;
  let bytes = 0;
  let problem: Ending | undefined;
  const attempt = (step: () => void) => {
    try {
      step();
    } catch (error) {
      problem ??= failedIo('its output cannot be written', error);
    }
  };
  return {
    take(chunk) {
      bytes += chunk.length;
      hash.update(chunk);
      if (problem === undefined) attempt(() => writeWhole(descriptor, chunk, write));
      if (keptBytes < excerptBytes) {
        const part = chunk.subarray(0, excerptBytes - keptBytes);
        kept.push(part);
        keptBytes += part.length;
      }
    },
    get bytes() {
      return bytes;
    },
    get problem() {
      return problem;
    },
    finish() {
      attempt(() => closeSync(descriptor));
      const truncated = bytes > keptBytes;
      // Unreadable bytes become U+FFFD: a result is text, the file has the bytes.
      const text = wholeCharacters(Buffer.concat(kept), !truncated).toString('utf8').replaceAll('\0', '\u2400');
      return { text, bytes, sha256: hash.digest('hex'), truncated };
    },
  };
}

export interface Captures {
  readonly stdout: Capture;
  readonly stderr: Capture;
}

/** Both, or none: what was opened is closed where the second cannot be. */
export function openCaptures(prefix: string, capture: (file: string) => Capture = captureTo): Captures {
  const stdout = capture(`${prefix}.stdout`);
  try {
    return { stdout, stderr: capture(`${prefix}.stderr`) };
  } catch (error) {
    stdout.finish();
    throw error;
  }
}
