/** What of a history event is used here; the rest of the server's own type is of no concern. */
interface HistoryEvent {
  readonly eventTime?: { readonly seconds?: unknown; readonly nanos?: number | null } | null;
  readonly workflowExecutionSignaledEventAttributes?: { readonly signalName?: string | null; readonly identity?: string | null } | null;
  readonly markerRecordedEventAttributes?: {
    readonly details?: Readonly<Record<string, { readonly payloads?: readonly { readonly data?: Uint8Array | null }[] | null }>> | null;
  } | null;
  readonly activityTaskScheduledEventAttributes?: {
    readonly activityType?: { readonly name?: string | null } | null;
    readonly taskQueue?: { readonly name?: string | null } | null;
  } | null;
  readonly activityTaskStartedEventAttributes?: { readonly attempt?: number | null; readonly identity?: string | null } | null;
  readonly activityTaskTimedOutEventAttributes?: object | null;
  readonly timerStartedEventAttributes?: { readonly startToFireTimeout?: { readonly seconds?: unknown } | null } | null;
  readonly timerFiredEventAttributes?: object | null;
  readonly workflowExecutionStartedEventAttributes?: { readonly identity?: string | null } | null;
  readonly workflowExecutionCompletedEventAttributes?: object | null;
  readonly workflowExecutionTerminatedEventAttributes?: { readonly reason?: string | null; readonly identity?: string | null } | null;
  readonly workflowExecutionCancelRequestedEventAttributes?: { readonly identity?: string | null } | null;
  readonly workflowExecutionUpdateAcceptedEventAttributes?: object | null;
}

const words = new TextDecoder();

function markerName(event: HistoryEvent): string {
  const data = event.markerRecordedEventAttributes?.details?.['data']?.payloads?.[0]?.data;
  return /"activity_type":"(\w+)"/.exec(data ? words.decode(data) : '')?.[1] ?? 'marker';
}

/** Plain words for what people look for; the bookkeeping of workflow tasks is left out. */
function describeEvent(event: HistoryEvent): [string, string] | undefined {
  const {
    workflowExecutionSignaledEventAttributes: signal,
    activityTaskScheduledEventAttributes: scheduled,
    activityTaskStartedEventAttributes: started,
  } = event;
  if (event.workflowExecutionStartedEventAttributes)
    return ['proposed', `by ${event.workflowExecutionStartedEventAttributes.identity ?? 'unknown'}`];
  if (signal) return ['message', `${signal.signalName ?? ''} from ${signal.identity || 'an unnamed client'}`];
  if (event.workflowExecutionUpdateAcceptedEventAttributes) return ['message', 'decide'];
  if (event.markerRecordedEventAttributes) return ['recorded', markerName(event)];
  if (scheduled) return ['handed over', `${scheduled.activityType?.name ?? ''} to ${scheduled.taskQueue?.name ?? ''}`];
  if (started) return ['taken', `attempt ${started.attempt ?? 1} by ${started.identity ?? ''}`];
  if (event.activityTaskTimedOutEventAttributes) return ['no word', 'the activity timed out'];
  if (event.timerStartedEventAttributes)
    return ['waits', `at most ${Number(event.timerStartedEventAttributes.startToFireTimeout?.seconds ?? 0)} s`];
  if (event.timerFiredEventAttributes) return ['time is up', ''];
  if (event.workflowExecutionCancelRequestedEventAttributes)
    return ['cancellation', `asked for by ${event.workflowExecutionCancelRequestedEventAttributes.identity ?? ''}`];
  if (event.workflowExecutionTerminatedEventAttributes)
    return ['terminated', event.workflowExecutionTerminatedEventAttributes.reason ?? ''];
  return event.workflowExecutionCompletedEventAttributes ? ['ended', ''] : undefined;
}

/** A history in plain words. */
export function describeHistory(events: readonly HistoryEvent[]): { at: Date; event: string; detail: string }[] {
  return events.flatMap((event) => {
    const found = describeEvent(event);
    const at = new Date(Number(event.eventTime?.seconds ?? 0) * 1_000 + (event.eventTime?.nanos ?? 0) / 1e6);
    return found === undefined ? [] : [{ at, event: found[0], detail: found[1] }];
  });
}
