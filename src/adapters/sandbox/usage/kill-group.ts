import type { ChildProcess } from 'node:child_process';

/**
 * Ends a program that was started `detached`, with all that it has started: where bwrap is killed before it has told its child who it is, the child
 * waits for that for ever, holding the pipes, and dies with nobody.
 */
export function killGroup({ pid, exitCode, signalCode }: Pick<ChildProcess, 'pid' | 'exitCode' | 'signalCode'>): void {
  // Its number may be somebody else's when it is gone.
  if (pid === undefined || exitCode !== null || signalCode !== null) return;
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // Gone meanwhile.
  }
}
