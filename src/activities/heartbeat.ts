import { Context } from '@temporalio/activity';

/** Often enough that a cancelled or terminated workflow stops its sandbox within seconds; the SDK throttles what reaches the server. */
const heartbeatMilliseconds = 1_000;

/** Runs `work` with heartbeats. Its signal is aborted when the server says that the activity is cancelled, gone, or the worker shuts down. */
export async function withHeartbeat<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const context = Context.current();
  context.heartbeat();
  const timer = setInterval(() => {
    context.heartbeat();
  }, heartbeatMilliseconds);
  try {
    return await work(context.cancellationSignal);
  } finally {
    clearInterval(timer);
  }
}
