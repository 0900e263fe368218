import { join } from 'node:path';
import { Client } from '@temporalio/client';
import { openJournal } from '../../adapters/controls/journal.js';
import { pullStop, stopFilesOf } from '../../adapters/controls/stop-mark.js';
import type { SandboxProblem } from '../../adapters/sandbox/contract/sandbox.js';
import { hasEnded } from '../../client/has-ended.js';
import { queues } from '../../contract/names.js';
import type { JanusConfig } from '../../config/config.js';
import { breachWords } from '../../domain/controls/breach.js';
import { trailEvent } from '../../domain/trail/events.js';
import { createBacklog } from '../temporal/backlog.js';
import { createHandsWorkers } from '../temporal/create-worker.js';
import { createSlotSupply } from '../temporal/slot-supply.js';
import { settleHost } from '../wiring/held-by-host.js';
import { warnOfHeld } from '../wiring/held-policy.js';
import { sampleControls } from '../metrics/hands-metrics.js';
import { wireHands, wireJanitor } from '../wiring/hands.js';
import { controlFiles, wireControls } from '../wiring/hands-controls.js';
import { watchHands } from '../wiring/vitals.js';
import type { PartContext, WorkerPart } from './worker-part.js';

/** The controls of this host, and how many tasks they let this worker take from the server. */
function startControls({ config, settings, logger }: PartContext, client: Client) {
  let lastTickAt: string | undefined;
  const supply = createSlotSupply(
    () => controls.tasksMax(),
    () => backlog.taken(),
  );
  const backlog = createBacklog({
    client,
    namespace: settings.namespace,
    taskQueue: queues.hands(config.vesselId, config.host),
    mayWait: () => supply.isExhausted,
    monotonic: () => performance.now(),
  });
  const controls = wireControls(config, {
    log: logger,
    backlog: () => backlog.waiting,
    onTick: (at) => {
      lastTickAt = at;
      backlog.tick();
      supply.wake();
    },
  });
  return { controls, supply, lastTickAt: () => lastTickAt };
}

/**
 * An escape attempt that got out is a breach (spec K4): hands run nothing any more, and where that is configured nothing else does, at once. Evidence
 * and record are the brain's, whatever is configured: it hears of it as of all that happens on this host.
 */
async function answerCanaries({ paths, controls }: JanusConfig, problems: readonly SandboxProblem[]): Promise<void> {
  const [out] = problems.filter(({ canary }) => canary !== undefined);
  if (out === undefined) return;
  const breach = { kind: 'canary', at: out.canary ?? '' } as const;
  const summary = breachWords(breach);
  if (controls.killSwitch.violationAction === 'immediate_stop') await pullStop(stopFilesOf(paths), { by: 'breach', reason: summary });
  const journal = openJournal(controlFiles(paths.controls).journal, 'hands');
  await journal.append({ event: trailEvent.constitutionalViolation, summary, data: breach });
}

/** Runs what is permitted; no audit trail, no private key but its own. */
export async function startHands(context: PartContext): Promise<WorkerPart> {
  const { settings, logger, vitals, metrics, config: live } = context;
  const settled = await settleHost(live, { own: join(live.paths.handsKeys, 'policies'), env: process.env });
  warnOfHeld(logger, live, settled);
  const { config } = settled;
  const client = new Client({ connection: settings.connection, namespace: settings.namespace });
  const { controls, supply, lastTickAt } = startControls({ ...context, config }, client);
  watchHands(vitals, config, lastTickAt);
  metrics.sample(sampleControls(config.paths.controls));
  const { report, stateOf, running, ...activities } = await wireHands(config, controls, {
    namespace: settings.namespace,
    hasEnded: (proposalId) => hasEnded(client, proposalId),
  });
  for (const { what, next, canary } of report.problems) logger.error({ event_type: 'sandbox_unavailable', next, canary }, what);
  await answerCanaries(config, report.problems);
  for (const remark of report.remarks) logger.info({ event_type: 'sandbox_inspected' }, remark);
  const workers = await createHandsWorkers(settings, { ...activities, supply });
  const janitor = wireJanitor(config, stateOf, logger);
  return {
    workers,
    close: async () => {
      controls.close();
      await janitor.close();
      running.close();
    },
  };
}
