import type { ActivityInterceptorsFactory } from '@temporalio/worker';
import type { Logger } from 'pino';
import { workflowTypes } from '../../contract/names.js';

const traced: ReadonlySet<string> = new Set([workflowTypes.proposal, workflowTypes.glassReview]);

/** The type of a failure of ours; of a bug its class. */
function nameOf(error: unknown): string {
  const { type, name } = (error ?? {}) as { readonly type?: unknown; readonly name?: unknown };
  return [type, name].find((each) => typeof each === 'string') ?? 'unknown';
}

/**
 * Says in the agent log when each step of a proposal begins and how it ended (`debug.trace_proposals`): how long it waited for its turn, and how long it
 * took. Between two steps a proposal waits: for people, for a time, for room. Changes nothing of what a step does.
 */
export const traceSteps =
  (logger: Pick<Logger, 'info'>, now: () => number = Date.now): ActivityInterceptorsFactory =>
  ({ info }) => ({
    inbound: {
      async execute(input, next) {
        const { activityType: step, attempt, workflowType, workflowExecution, currentAttemptScheduledTimestampMs: scheduled } = info;
        if (workflowType === undefined || !traced.has(workflowType)) return next(input);
        const about = {
          event_type: 'proposal_step',
          action: workflowExecution?.workflowId,
          run: workflowExecution?.runId,
          step,
          attempt,
        } as const;
        const began = now();
        const began_at = new Date(began).toISOString();
        // Another machine's clock says when it was asked for.
        logger.info({ ...about, phase: 'begins', began_at, waited_ms: Math.max(0, began - scheduled) }, `${step} begins`);
        const end = (outcome: string) => {
          const milliseconds = now() - began;
          logger.info({ ...about, phase: 'ended', began_at, milliseconds, outcome }, `${step} ended after ${milliseconds} ms: ${outcome}`);
        };
        try {
          const result = await next(input);
          end('ok');
          return result;
        } catch (error) {
          end(nameOf(error));
          throw error;
        }
      },
    },
  });
