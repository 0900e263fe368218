import { statSync } from 'node:fs';
import { JanusError } from '../../domain/errors.js';

const ownerOf = (path: string): number | undefined => {
  try {
    return statSync(path).uid;
  } catch {
    // Not there yet, or the disk fails: whatever it is, the guard can still kill.
    return undefined;
  }
};

/**
 * The kernel shows a process's mounts to its own account and root alone: a guard of another account than the hands would find nothing, and say that
 * nothing is alive. Their folder tells whose they are. Throws NOT_PERMITTED.
 */
export function assertAccountOfHands(controls: string, uid: number = process.geteuid?.() ?? 0): void {
  const owner = ownerOf(controls);
  if (uid === 0 || owner === undefined || owner === uid) return;
  throw new JanusError(
    'NOT_PERMITTED',
    `${controls} is of uid ${owner}, and the guard runs as uid ${uid}: it could end nothing of what runs`,
    {
      next: 'start the guard as the account of the hands',
    },
  );
}
