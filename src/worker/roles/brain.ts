import { Client, Connection } from '@temporalio/client';
import { signSchedule } from '../../activities/shared/own-word.js';
import { ensurePermitKeys } from '../../adapters/permit/create-permits.js';
import { noteSigners } from '../../adapters/signatures/signers-kept.js';
import { createBooksWorker, createBrainWorker, createMindWorker } from '../temporal/create-worker.js';
import type { VouchForStart } from '../temporal/schedules.js';
import { ensurePausing, ensureSchedules } from '../temporal/schedules.js';
import { watchStops } from '../temporal/watch-stops.js';
import { ensureVesselWorkflow } from '../temporal/vessel.js';
import { registerSearchAttributes } from '../temporal/search-attributes.js';
import { wireBooks } from '../wiring/books.js';
import { wireBrain } from '../wiring/brain.js';
import { wireAuditAlarm, wireMissionAlerts, wireNotifier, wireOutageAlert } from '../wiring/notifier.js';
import { wireAdoption } from '../wiring/adoption.js';
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
  const { brain, mind, trail, own, standingStop, adopted } = wireBrain(config, keys, { namespace: temporal.namespace, onOutage, alarm });
  const { namespace } = temporal;
  const client = new Client({ connection, namespace });
  const books = wireBooks({ config, trail, own, client, namespace, now: () => new Date() });
  const workers = await Promise.all([
    createBrainWorker(settings, brain),
    createMindWorker(settings, mind),
    createBooksWorker(settings, books),
  ]);
  const vouch: VouchForStart = (start) => signSchedule(own, start);
  // A trail that cannot be read may hold one; as soon as it can, the watch below knows.
  const stop = await standingStop().catch(() => 'that nobody can see: the trail cannot be read');
  await ensureSchedules(client, { config, vouch, stop });
  await ensureVesselWorkflow(client, config.vesselId);
  const stops = watchStops(
    {
      look: standingStop,
      follow: (standing) => ensurePausing(client, { config, vouch, stop: standing }),
      onProblem: (error) => logger.warn({ event_type: 'schedules_behind', error: String(error) }, 'Schedules do not follow the stop yet'),
    },
    stop,
  );
  const adopting = wireAdoption({ config, logger, trail, adopted });
  const followers = [adopting, wireNotifier(config, logger, vitals), wireMissionAlerts(config, logger), stops];
  return {
    workers,
    close: async () => {
      await Promise.all(followers.map((follower) => follower.close()));
      await connection.close();
    },
  };
}
