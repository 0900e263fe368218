import { describe, expect, it } from '@jest/globals';
import { describeHistory } from '../../src/client/history.js';

const marker = (name: string) => ({
  details: { data: { payloads: [{ data: new TextEncoder().encode(JSON.stringify({ seq: 1, activity_type: name })) }] } },
});

describe('describeHistory', () => {
  it.each([
    { event: { workflowExecutionStartedEventAttributes: { identity: '7@host' } }, says: ['proposed', 'by 7@host'] },
    { event: { workflowExecutionStartedEventAttributes: {} }, says: ['proposed', 'by unknown'] },
    { event: { markerRecordedEventAttributes: marker('reviewProposal') }, says: ['recorded', 'reviewProposal'] },
    { event: { markerRecordedEventAttributes: {} }, says: ['recorded', 'marker'] },
    {
      event: { workflowExecutionSignaledEventAttributes: { signalName: 'approve', identity: 'web' } },
      says: ['message', 'approve from web'],
    },
    {
      event: { workflowExecutionSignaledEventAttributes: { signalName: 'approve', identity: '' } },
      says: ['message', 'approve from an unnamed client'],
    },
    { event: { workflowExecutionUpdateAcceptedEventAttributes: {} }, says: ['message', 'decide'] },
    {
      event: { activityTaskScheduledEventAttributes: { activityType: { name: 'executeAction' }, taskQueue: { name: 'v.hands.h' } } },
      says: ['handed over', 'executeAction to v.hands.h'],
    },
    { event: { activityTaskStartedEventAttributes: { attempt: 2, identity: '9@hands' } }, says: ['taken', 'attempt 2 by 9@hands'] },
    { event: { activityTaskTimedOutEventAttributes: {} }, says: ['no word', 'the activity timed out'] },
    { event: { timerStartedEventAttributes: { startToFireTimeout: { seconds: 43_200 } } }, says: ['waits', 'at most 43200 s'] },
    { event: { timerFiredEventAttributes: {} }, says: ['time is up', ''] },
    { event: { workflowExecutionCancelRequestedEventAttributes: { identity: 'cli' } }, says: ['cancellation', 'asked for by cli'] },
    { event: { workflowExecutionTerminatedEventAttributes: { reason: 'by hand' } }, says: ['terminated', 'by hand'] },
    { event: { workflowExecutionCompletedEventAttributes: {} }, says: ['ended', ''] },
  ])('$says', ({ event, says }) => {
    const [first] = describeHistory([{ eventTime: { seconds: 1_767_322_800, nanos: 5_000_000 }, ...event }]);
    expect([first?.at.toISOString(), first?.event, first?.detail]).toEqual(['2026-01-02T03:00:00.005Z', ...says]);
  });

  it('leaves the bookkeeping of workflow tasks out', () => {
    expect(describeHistory([{ eventTime: { seconds: 1 } }, {}])).toEqual([]);
  });
});
