import { join } from 'node:path';
import { Client, Connection } from '@temporalio/client';
import { signSchedule } from '../../activities/shared/own-word.js';
import { isThinkingSuspended } from '../../adapters/controls/state-page.js';
import { ensurePermitKeys } from '../../adapters/permit/create-permits.js';
import { noteSigners } from '../../adapters/signatures/signers-kept.js';
import { readPolled } from '../../client/health.js';
import { createBooksWorker, createBrainWorker, createMindWorker } from '../temporal/create-worker.js';
import type { VouchForStart } from '../temporal/schedules.js';
import { ensurePausing, ensureSchedules, pauseNote } from '../temporal/schedules.js';
import { createWaking } from '../temporal/wake-proposals.js';
import { watchPauses, whenChanged } from '../temporal/watch-pauses.js';
import { ensureVesselWorkflow } from '../temporal/vessel.js';
import { registerSearchAttributes } from '../temporal/search-attributes.js';
import { wireBooks } from '../wiring/books.js';
import { wireBrain } from '../wiring/brain.js';
import { alsoMeasured, countingFor, measureBrain } from '../metrics/brain-metrics.js';
import { wireAuditAlarm, wireOutageAlert } from '../wiring/notifier.js';
import { tellByNotifier, tellHere } from '../wiring/telling.js';
import { settleBrain, wireAdoption } from '../wiring/adoption.js';
import { warnOfHeld } from '../wiring/held-policy.js';
import { alsoVital } from '../wiring/vitals.js';
import type { PartContext, WorkerPart } from './worker-part.js';

/** Said once, at its start: a key that was replaced makes days and decisions vanish that people remember (spec T7). */
function warnOfCheckpoints(logger: PartContext['logger'], count: number, keys: string): void {
  if (count === 0) return;
  const next = `put the public half of the key from before beside the one of now, as ${join(keys, 'permit-NAME.pub')}, and restart; ubos mode show`;
  logger.warn(
    { event_type: 'checkpoints_of_another_key', count, next },
    `${count} checkpoints are signed by a key that this brain does not have: what the mode rests on in removed records has to be earned again`,
  );
}

/** The brain also keeps the schedules, the search attributes and the approval queue: it is there once per vessel. */
export async function startBrain({ role, config: live, settings, temporal, logger, vitals, metrics }: PartContext): Promise<WorkerPart> {
  const settled = await settleBrain(live, process.env);
  const { config } = settled;
  warnOfHeld(logger, live, settled);
  const connection = await Connection.connect(temporal.connectionOptions);
  await registerSearchAttributes(connection, temporal.namespace);
  const keys = await ensurePermitKeys(config.paths.keys);
  await noteSigners(live);
  const { tell, follow } = (role === 'all' ? tellHere : tellByNotifier)(config, { logger, vitals });
  const onOutage = alsoMeasured(metrics.meter, alsoVital(vitals, config, wireOutageAlert(config, { logger, tell })));
  const alarm = wireAuditAlarm({ logger, tell });
  const { namespace } = temporal;
  const wired = wireBrain(settled, keys, { ...{ namespace, onOutage, alarm, live }, ...countingFor(metrics) });
  const { brain, mind, trail, own, standingHalts, adoption, strangeCheckpoints } = wired;
  const client = new Client({ connection, namespace });
  const books = wireBooks({ config, trail, own, client, namespace, now: () => new Date(), env: process.env });
  const workers = await Promise.all([
    createBrainWorker(settings, brain),
    createMindWorker(settings, mind),
    createBooksWorker(settings, books),
  ]);
  const vouch: VouchForStart = (start) => signSchedule(own, start);
  const isCritical = () => isThinkingSuspended(config.paths.controls);
  // A trail that cannot be read may hold one; as soon as it can, the watch below knows.
  const { stop } = await standingHalts().catch(() => ({ stop: 'that nobody can see: the trail cannot be read' }));
  const pause = pauseNote({ stop, isCritical: isCritical() });
  await ensureSchedules(client, { config, vouch, pause });
  await ensureVesselWorkflow(client, config.vesselId);
  const followPause = whenChanged((now: string | undefined) => ensurePausing(client, { config, vouch, pause: now }), pause);
  const pauses = watchPauses({
    look: standingHalts,
    followers: [(halts) => followPause(pauseNote({ stop: halts.stop, isCritical: isCritical() })), createWaking(client, config.vesselId)],
    onProblem: (error) =>
      logger.warn(
        { event_type: 'schedules_behind', error: String(error) },
        'Schedules and proposals do not follow yet what holds the vessel',
      ),
  });
  const adopting = wireAdoption({ ...adoption, logger });
  // Hands that start behind it keep to what it says.
  await adopting.first;
  warnOfCheckpoints(logger, strangeCheckpoints(), config.paths.keys);
  const followers = [adopting, ...follow(), pauses];
  const polled = () => readPolled({ client, namespace }, config.vesselId, config.host);
  measureBrain(metrics, config, { known: wired.known, mode: wired.modeOfNow, polled });
  return {
    workers,
    close: async () => {
      await Promise.all(followers.map((follower) => follower.close()));
      await connection.close();
    },
  };
}
