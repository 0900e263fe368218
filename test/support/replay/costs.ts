import type { History } from './replay.js';

interface Encoder {
  encode(history: History): { finish(): Uint8Array };
}

/** Size of the history as protobuf. The class is the SDK's own; its package is no dependency of ours. */
export function historyBytes(history: History): number {
  return (history.constructor as unknown as Encoder).encode(history).finish().length;
}

/** What Temporal Cloud would bill: all local activities of one workflow task are one action; attributes set at the start are free. */
export function billableActions({ events }: History): number {
  const all = events ?? [];
  const count = (name: keyof (typeof all)[number]) => all.filter((event) => event[name]).length;
  const markers = all.flatMap((event) => event.markerRecordedEventAttributes ?? []);
  const localTasks = new Set(markers.map(({ workflowTaskCompletedEventId }) => String(workflowTaskCompletedEventId)));
  return (
    count('workflowExecutionStartedEventAttributes') +
    count('timerStartedEventAttributes') +
    count('workflowExecutionSignaledEventAttributes') +
    count('workflowExecutionUpdateAcceptedEventAttributes') +
    count('activityTaskScheduledEventAttributes') +
    count('upsertWorkflowSearchAttributesEventAttributes') +
    2 * count('startChildWorkflowExecutionInitiatedEventAttributes') +
    localTasks.size
  );
}
