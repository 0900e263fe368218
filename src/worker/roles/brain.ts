import { Client, Connection } from '@temporalio/client';
import { signSchedule } from '../../activities/shared/own-word.js';
import { ensurePermitKeys } from '../../adapters/permit/create-permits.js';
import { noteSigners } from '../../adapters/signatures/signers-kept.js';
import { createBooksWorker, createBrainWorker, createMindWorker } from '../temporal/create-worker.js';
import { ensureSchedules } from '../temporal/schedules.js';
import { ensureVesselWorkflow } from '../temporal/vessel.js';
import { registerSearchAttributes } from '../temporal/search-attributes.js';
import { wireBooks } from '../wiring/books.js';
import { wireBrain } from '../wiring/brain.js';
import { wireAuditAlarm, wireMissionAlerts, wireNotifier, wireOutageAlert } from '../wiring/notifier.js';
import { alsoVital } from '../wiring/vitals.js';
import type { PartContext, WorkerPart } from './worker-part.js';

/** The brain also keeps the schedules, the search attributes and the notifier: it is there once per vessel. */
export async function startBrain({ config, settings, temporal, logger, vitals }: PartContext): Promise<WorkerPart> {
  const connection = await Connection.connect(temporal.connectionOptions);
  await registerSearchAttributes(connection, temporal.namespace);
  const keys = await ensurePermitKeys(config.paths.keys);
  await noteSigners(config);
  const onOutage = alsoVital(vitals, config, wireOutageAlert(config, logger));
  const alarm = wireAuditAlarm(config, logger);
  const { brain, mind, trail, own } = wireBrain(config, keys, { namespace: temporal.namespace, onOutage, alarm });
  const { namespace } = temporal;
  const client = new Client({ connection, namespace });
  const books = wireBooks({ config, trail, own, client, namespace, now: () => new Date() });
  const workers = await Promise.all([
    createBrainWorker(settings, brain),
    createMindWorker(settings, mind),
    createBooksWorker(settings, books),
  ]);
  await ensureSchedules(client, config, (start) => signSchedule(own, start));
  await ensureVesselWorkflow(client, config.vesselId);
  const followers = [wireNotifier(config, logger, vitals), wireMissionAlerts(config, logger)];
  return {
    workers,
    close: async () => {
      await Promise.all(followers.map((follower) => follower.close()));
      await connection.close();
    },
  };
}
