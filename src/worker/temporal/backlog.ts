import type { Client } from '@temporalio/client';

export interface BacklogSettings {
  readonly client: Client;
  readonly namespace: string;
  readonly taskQueue: string;
  /** Whether tasks may wait at the server at all: while this worker still polls, none does. */
  readonly mayWait: () => boolean;
  /** Monotonic, in milliseconds. */
  readonly monotonic: () => number;
}

/** How many tasks wait at the server for a worker of this host. */
export interface Backlog {
  /** At every tick; asks the server now and then, where there is something to ask. Never waits. */
  tick(): void;
  /** One was taken from there. */
  taken(): void;
  readonly waiting: number;
}

const activityQueue = 2;
const askEveryMilliseconds = 1_000;
const answerMilliseconds = 500;
/** So long an answer is believed, less what was taken since. */
const believedMilliseconds = 10_000;

/** The server's own count is seconds old; what was taken since it was asked is subtracted. A server that does not answer has nothing to hand out. */
export function createBacklog({ client, namespace, taskQueue, mayWait, monotonic }: BacklogSettings): Backlog {
  let asked = -Infinity;
  let isAsking = false;
  let answer: { readonly at: number; readonly count: number } | undefined;
  let takenSince = 0;
  const ask = async () => {
    const { stats } = await client.withDeadline(Date.now() + answerMilliseconds, () =>
      client.workflowService.describeTaskQueue({
        namespace,
        taskQueue: { name: taskQueue },
        taskQueueType: activityQueue,
        reportStats: true,
      }),
    );
    answer = { at: monotonic(), count: Number(stats?.approximateBacklogCount ?? 0) };
    takenSince = 0;
  };
  return {
    tick: () => {
      if (!mayWait()) answer = undefined;
      else if (!isAsking && monotonic() - asked >= askEveryMilliseconds) {
        asked = monotonic();
        isAsking = true;
        void ask()
          .catch(() => undefined)
          .finally(() => (isAsking = false));
      }
    },
    taken: () => {
      takenSince += 1;
    },
    get waiting() {
      if (answer === undefined || monotonic() - answer.at > believedMilliseconds) return 0;
      return Math.max(0, answer.count - takenSince);
    },
  };
}
