import { WithStartWorkflowOperation, WorkflowIdConflictPolicy } from '@temporalio/client';
import type { BookkeepingReport } from '../contract/bookkeeping.js';
import { queues, updateNames, vesselWorkflowId, workflowTypes } from '../contract/names.js';
import type { OrderAnswer, OrderMessage, StandingView } from '../contract/orders.js';
import { JanusError } from '../domain/errors.js';
import { startHint } from '../domain/units.js';
import type { SnakeKeys } from '../domain/text/key-case.js';
import { camelKeys } from '../domain/text/key-case.js';
import type { TemporalClient } from './connect.js';
import type { TriggeredRun } from './scheduled-runs.js';
import { triggerBackup } from './scheduled-runs.js';
import { translated } from './errors.js';

/** What people can order of the vessel itself; never prints. Throws JanusError for what is expected to go wrong. */
export interface VesselClient {
  /** What people sign names both. */
  readonly vessel: string;
  readonly namespace: string;
  /** What stands now, as the brain looks anew. */
  standing(): Promise<StandingView>;
  /** Waits for the brain's judgement, and for the hands where they answer soon. */
  order(message: OrderMessage): Promise<OrderAnswer>;
  /** Asks for a backup now. */
  backUp(): Promise<TriggeredRun<BookkeepingReport>>;
}

const answerMilliseconds = 20_000;
const noAnswer = 'no worker answered: what you ordered may still count when one is back';

export function createVesselClient({ client, namespace }: TemporalClient, vessel: string): VesselClient {
  /** Starts the workflow where none runs: nobody has to be there first, and whoever ended it has ended nothing. */
  const ask = <Answer>(update: string, args: unknown[]) =>
    translated(
      () =>
        client.withDeadline(Date.now() + answerMilliseconds, () =>
          client.workflow.executeUpdateWithStart<() => Promise<unknown>, Answer, unknown[]>(update, {
            args,
            startWorkflowOperation: new WithStartWorkflowOperation(workflowTypes.vessel, {
              workflowId: vesselWorkflowId(vessel),
              taskQueue: queues.brain(vessel),
              args: [],
              workflowIdConflictPolicy: WorkflowIdConflictPolicy.USE_EXISTING,
            }),
          }),
        ),
      { noAnswer },
    );
  return {
    vessel,
    namespace,
    standing: async () => {
      const standing = await ask<SnakeKeys<StandingView> | null>(updateNames.standing, []);
      if (standing !== null) return camelKeys<StandingView>(standing);
      throw new JanusError('AUDIT_UNAVAILABLE', 'the brain cannot say what stands: its audit trail cannot be written', {
        next: `ubos doctor · ${startHint('brain')}`,
      });
    },
    order: async (message) => camelKeys<OrderAnswer>(await ask<SnakeKeys<OrderAnswer>>(updateNames.order, [message])),
    backUp: () => translated(() => triggerBackup(client, vessel)),
  };
}
