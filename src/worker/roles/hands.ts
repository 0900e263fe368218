import { Client } from '@temporalio/client';
import { hasEnded } from '../../client/has-ended.js';
import { createHandsWorkers } from '../temporal/create-worker.js';
import { wireEscapement, wireHands, wireJanitor } from '../wiring/hands.js';
import { watchHands } from '../wiring/vitals.js';
import type { PartContext, WorkerPart } from './worker-part.js';

/** Runs what is permitted; no audit trail, no private key but its own. */
export async function startHands({ config, settings, logger, vitals }: PartContext): Promise<WorkerPart> {
  let lastTickAt: string | undefined;
  const escapement = wireEscapement(config, (state) => (lastTickAt = state.lastTickAt));
  watchHands(vitals, config, () => lastTickAt);
  const client = new Client({ connection: settings.connection, namespace: settings.namespace });
  const { report, stateOf, running, ...activities } = await wireHands(config, escapement, {
    namespace: settings.namespace,
    hasEnded: (proposalId) => hasEnded(client, proposalId),
  });
  for (const { what, next, canary } of report.problems) logger.error({ event_type: 'sandbox_unavailable', next, canary }, what);
  for (const remark of report.remarks) logger.info({ event_type: 'sandbox_inspected' }, remark);
  const workers = await createHandsWorkers(settings, activities);
  const janitor = wireJanitor(config, stateOf, logger);
  return {
    workers,
    close: async () => {
      escapement.close();
      await janitor.close();
      running.close();
    },
  };
}
