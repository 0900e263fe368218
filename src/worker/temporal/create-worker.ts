import type { ActivityInterceptorsFactory, NativeConnection, WorkerOptions } from '@temporalio/worker';
import { Worker } from '@temporalio/worker';
import type { BrainActivities } from '../../contract/activities.js';
import type { MindActivities } from '../../contract/cycle.js';
import type {
  ControlActivities,
  HandsActivities,
  ObeyActivities,
  PreviewActivities,
  RollbackActivities,
  StartedActivities,
} from '../../contract/hands.js';
import type { VesselActivities } from '../../contract/orders.js';
import type { ThinkingActivities } from '../../contract/thinking.js';
import type { BookActivities } from '../../contract/bookkeeping.js';
import { queues } from '../../contract/names.js';
import type { SlotSupply } from './slot-supply.js';

export interface WorkerSettings {
  readonly connection: NativeConnection;
  readonly namespace: string;
  readonly vessel: string;
  readonly host: string;
  readonly identity: string;
  /** Code of the workflow bundle, with the path that stack traces name. */
  readonly bundle: { readonly codePath: string } | { readonly code: string };
  /** Path of the module that exports `payloadConverter`. */
  readonly payloadConverterPath: string;
  /** Waiting workflows kept in memory; 0 replays each from its history, task by task. */
  readonly cachedWorkflowsMax?: number;
  /** Sees each activity of each worker. */
  readonly trace?: ActivityInterceptorsFactory;
}

/** In every workflow task of every history: the SDK's own default is 90 bytes long. */
const buildId = 'janus-0.1';

/**
 * For one call into a workflow. `WorkerOptions` does not name it, and the SDK takes it: after its own 5 s, on a machine that stood still or
 * was busy, Node 20 does not end the call but the process ("async hook stack has become corrupted").
 */
const isolate = { isolateExecutionTimeout: '1 minute' };

type Common = Pick<
  WorkerOptions,
  'buildId' | 'connection' | 'namespace' | 'identity' | 'shutdownGraceTime' | 'shutdownForceTime' | 'dataConverter' | 'interceptors'
>;

/** Local activities get time to write their record. */
function common({ connection, namespace, identity, payloadConverterPath, trace }: WorkerSettings): Common {
  return {
    buildId,
    connection,
    namespace,
    identity,
    shutdownGraceTime: '2 seconds',
    shutdownForceTime: '20 seconds',
    dataConverter: { payloadConverterPath },
    ...(trace !== undefined && { interceptors: { activity: [trace] } }),
  };
}

/** Workflows and their local activities; nobody can schedule one of them from outside. */
export function createBrainWorker(
  settings: WorkerSettings,
  activities: BrainActivities & VesselActivities & ThinkingActivities,
): Promise<Worker> {
  return Worker.create({
    ...common(settings),
    ...isolate,
    taskQueue: queues.brain(settings.vessel),
    workflowBundle: settings.bundle,
    activities,
    enableNonLocalActivities: false,
    maxCachedWorkflows: settings.cachedWorkflowsMax ?? 200,
    // How long tasks and queries wait for a worker that was killed before another one gets them.
    stickyQueueScheduleToStartTimeout: '3 seconds',
  });
}

/** Reads and plans; a queue of its own keeps slow models away from reviews. */
export function createMindWorker(settings: WorkerSettings, activities: MindActivities): Promise<Worker> {
  return Worker.create({
    ...common(settings),
    taskQueue: queues.mind(settings.vessel),
    activities,
    maxConcurrentActivityTaskExecutions: 2,
  });
}

/** The nightly bookkeeping, one thing at a time. A stop ends it; it begins again where it is asked for again. */
export function createBooksWorker(settings: WorkerSettings, activities: BookActivities): Promise<Worker> {
  return Worker.create({
    ...common(settings),
    taskQueue: queues.books(settings.vessel),
    activities: { ...activities },
    maxConcurrentActivityTaskExecutions: 1,
  });
}

/** Actions take what the governor gives; everything else of these workers is nothing that it knows of. */
const governed = ({ supplier }: SlotSupply): Pick<WorkerOptions, 'tuner' | 'activityTaskPollerBehavior'> => ({
  tuner: {
    activityTaskSlotSupplier: supplier,
    workflowTaskSlotSupplier: { type: 'fixed-size', numSlots: 1 },
    localActivityTaskSlotSupplier: { type: 'fixed-size', numSlots: 1 },
    nexusTaskSlotSupplier: { type: 'fixed-size', numSlots: 1 },
  },
  // A poll holds a permit while it waits, and cannot be called back.
  activityTaskPollerBehavior: { type: 'simple-maximum', maximum: 1 },
});

/** Four queues of one host: actions (governed), previews (one at a time), what is asked about starts and rollbacks (never held back), and the controls. */
export async function createHandsWorkers(
  settings: WorkerSettings,
  activities: {
    readonly hands: HandsActivities & PreviewActivities;
    readonly rollback: RollbackActivities;
    readonly control: ControlActivities & ObeyActivities;
    /** Absent: as many as the gate may ever have to do with. */
    readonly supply?: SlotSupply;
  },
): Promise<Worker[]> {
  const { vessel, host } = settings;
  const { hands } = activities;
  const started: StartedActivities = {
    settleAction: (request) => hands.settleAction(request),
    closeStart: (request) => hands.closeStart(request),
    probeAction: (request) => hands.probeAction(request),
  };
  // A cancelled or terminated workflow is noticed by the next heartbeat that reaches the server.
  const base = { ...common(settings), maxHeartbeatThrottleInterval: '2 seconds' } as const;
  // A stop drains: what runs gets this long to end by itself, then it is killed and recorded before the force time is over.
  return Promise.all([
    Worker.create({
      ...base,
      taskQueue: queues.hands(vessel, host),
      activities: { executeAction: (request) => hands.executeAction(request) } satisfies Pick<HandsActivities, 'executeAction'>,
      shutdownGraceTime: '10 seconds',
      ...(activities.supply === undefined ? { maxConcurrentActivityTaskExecutions: 64 } : governed(activities.supply)),
    }),
    Worker.create({
      ...base,
      taskQueue: queues.previews(vessel, host),
      activities: { previewAction: (request) => hands.previewAction(request) } satisfies PreviewActivities,
      shutdownGraceTime: '10 seconds',
      maxConcurrentActivityTaskExecutions: 4,
    }),
    Worker.create({
      ...base,
      taskQueue: queues.rollback(vessel, host),
      activities: { ...activities.rollback, ...started } satisfies RollbackActivities & StartedActivities,
      shutdownGraceTime: '15 seconds',
      maxConcurrentActivityTaskExecutions: 16,
    }),
    Worker.create({
      ...base,
      taskQueue: queues.control(vessel, host),
      activities: { ...activities.control },
      // The beat would run on for minutes.
      shutdownGraceTime: '10 milliseconds',
      maxConcurrentActivityTaskExecutions: 4,
    }),
  ]);
}
