import { Context } from '@temporalio/activity';

/** Often enough that a cancelled or terminated workflow stops its sandbox within seconds; the SDK throttles what reaches the server. */
const heartbeatMilliseconds = 1_000;

/** Tells an activity to stop, and whether its workflow asked for that. */
export interface Stop {
  readonly signal: AbortSignal;
  /** False when the worker shuts down or the server gave the attempt up: then nobody decided anything. */
  readonly isWanted: () => boolean;
}

/** Runs `work` with heartbeats. Its signal is aborted when the server says that the activity is cancelled, gone, or the worker shuts down. */
export async function withHeartbeat<T>(work: (stop: Stop) => Promise<T>): Promise<T> {
  const context = Context.current();
  // Not at once: most actions are over before the first one, and each costs the server a transaction.
  const timer = setInterval(() => {
    context.heartbeat();
  }, heartbeatMilliseconds);
  try {
    return await work({ signal: context.cancellationSignal, isWanted: () => context.cancellationDetails?.cancelRequested === true });
  } finally {
    clearInterval(timer);
  }
}
