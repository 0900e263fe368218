import type { TemporalClient } from './connect.js';
import { translated } from './errors.js';
import { queues, scheduleIds, workflowTypes } from '../contract/names.js';
import type { BeatState } from '../contract/hands.js';

/** What `ubos status` and `ubos doctor` want to know about the running system. */
export interface Health {
  readonly address: string;
  readonly namespace: string;
  /** Which queues have somebody polling them. */
  readonly polled: Readonly<Record<'brain' | 'mind' | 'hands', boolean>>;
  readonly escapement: BeatState | undefined;
  readonly thinking: { readonly paused: boolean; readonly next: string | undefined } | undefined;
}

const taskQueueTypes = { workflow: 1, activity: 2 } as const;

/** Looks at the server; what cannot be told is absent. */
export function readHealth(temporal: TemporalClient, vessel: string, host: string): Promise<Health> {
  return translated(() => look(temporal, vessel, host));
}

/** Which queues have somebody polling them, says the server. */
export async function readPolled(
  { client, namespace }: Pick<TemporalClient, 'client' | 'namespace'>,
  vessel: string,
  host: string,
): Promise<Health['polled']> {
  const isPolled = async (name: string, taskQueueType: number) => {
    const { pollers } = await client.workflowService.describeTaskQueue({ namespace, taskQueue: { name }, taskQueueType });
    const recent = Date.now() - 90_000;
    return (pollers ?? []).some(({ lastAccessTime }) => Number(lastAccessTime?.seconds ?? 0) * 1_000 > recent);
  };
  const [brain, mind, hands] = await Promise.all([
    isPolled(queues.brain(vessel), taskQueueTypes.workflow),
    isPolled(queues.mind(vessel), taskQueueTypes.activity),
    isPolled(queues.hands(vessel, host), taskQueueTypes.activity),
  ]);
  return { brain, mind, hands };
}

async function look(temporal: TemporalClient, vessel: string, host: string): Promise<Health> {
  const { client, namespace, address } = temporal;
  return {
    address,
    namespace,
    polled: await readPolled(temporal, vessel, host),
    escapement: await readBeat(client, vessel),
    thinking: await readSchedule(client, vessel),
  };
}

async function readBeat(client: TemporalClient['client'], vessel: string): Promise<BeatState | undefined> {
  const query = `WorkflowType = '${workflowTypes.escapement}' AND ExecutionStatus = 'Running' AND TaskQueue = '${queues.brain(vessel)}'`;
  for await (const { workflowId } of client.workflow.list({ query, pageSize: 1 })) {
    const { raw } = await client.workflow.getHandle(workflowId).describe();
    const data = raw.pendingActivities?.[0]?.heartbeatDetails?.payloads?.[0]?.data;
    if (data === undefined || data === null) return undefined;
    return JSON.parse(new TextDecoder().decode(data)) as BeatState;
  }
  return undefined;
}

async function readSchedule(client: TemporalClient['client'], vessel: string): Promise<Health['thinking']> {
  try {
    const { state, info } = await client.schedule.getHandle(scheduleIds.thinkingCycle(vessel)).describe();
    return { paused: state.paused, next: info.nextActionTimes[0]?.toISOString() };
  } catch {
    // Not created yet: no worker has been started.
    return undefined;
  }
}
