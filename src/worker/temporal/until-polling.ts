import type { Client } from '@temporalio/client';

export interface PollingSettings {
  readonly client: Client;
  readonly namespace: string;
  readonly taskQueues: readonly string[];
  readonly identity: string;
  /** Nobody waits any more. */
  readonly signal: AbortSignal;
  readonly everyMilliseconds?: number;
}

/** temporal.api.enums.v1.TaskQueueType: a worker of either kind polls a queue. */
const kinds = [1, 2];
const answerMilliseconds = 2_000;

/** Whether the server has a poll of this worker; a server that does not answer knows of none. */
async function isPolling({ client, namespace, identity }: PollingSettings, name: string): Promise<boolean> {
  try {
    const answers = await client.withDeadline(Date.now() + answerMilliseconds, () =>
      Promise.all(
        kinds.map((taskQueueType) => client.workflowService.describeTaskQueue({ namespace, taskQueue: { name }, taskQueueType })),
      ),
    );
    return answers.some(({ pollers }) => pollers?.some((poller) => poller.identity === identity));
  } catch {
    return false;
  }
}

/**
 * Resolves when the server itself names this worker among those that poll each queue: before that it is connected, and nothing more. Asks until then, or
 * until the signal; true where it polls.
 */
export async function untilPolling(settings: PollingSettings): Promise<boolean> {
  const { taskQueues, signal, everyMilliseconds = 200 } = settings;
  while (!signal.aborted) {
    const found = await Promise.all(taskQueues.map((name) => isPolling(settings, name)));
    if (found.every(Boolean)) return true;
    await new Promise((resolve) => setTimeout(resolve, everyMilliseconds).unref());
  }
  return false;
}
