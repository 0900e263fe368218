import { cpuOf, hostPressure, sleep } from '../lib/host.mjs';
import { rounded } from '../lib/statistics.mjs';

const secondsPerDay = 86_400;

const eventsOf = async (client, id) => (await client.workflow.getHandle(id).describe()).historyLength;

/** Events that one firing costs: in the run that it starts, and in the Schedule's own workflow. */
async function eventsPerFiring({ client, janus: { vessel, config } }, firings) {
  const scheduleId = `${vessel}-bench`;
  const workflowId = `${vessel}-bench-escapement`;
  const schedule = await client.schedule.create({
    scheduleId,
    spec: { intervals: [{ every: '2 seconds' }] },
    policies: { overlap: 'SKIP', catchupWindow: '10 seconds' },
    action: {
      type: 'startWorkflow',
      workflowType: 'escapementWorkflow',
      workflowId,
      taskQueue: `${vessel}.brain`,
      args: [{ vessel, host: config.host, seconds: 0.5 }],
    },
  });
  try {
    const own = `temporal-sys-scheduler:${scheduleId}`;
    const look = async () => ({ fired: (await schedule.describe()).info.numActionsTaken, events: await eventsOf(client, own) });
    await sleep(2_500);
    const before = await look();
    await sleep(firings * 2_000);
    const after = await look();
    const [{ workflow } = {}] = (await schedule.describe()).info.recentActions.map(({ action }) => action);
    const run = await eventsOf(client, workflow.workflowId);
    return { run, schedule: (after.events - before.events) / Math.max(1, after.fired - before.fired) };
  } finally {
    await schedule.delete();
  }
}

/** Nothing waits and nothing runs: what the worker uses all the same, and what it writes. */
export async function measureIdle(ground, { seconds, firings }) {
  const { client, janus, server } = ground;
  const { worker, vessel, config, proposals } = janus;
  await sleep(3_000);
  const before = { worker: cpuOf(worker.pid).own, server: cpuOf(server.pid).own };
  const start = performance.now();
  await sleep(seconds * 1_000);
  const elapsed = performance.now() - start;
  const percent = (after, earlier) => rounded((100 * (after - earlier)) / elapsed);
  const host = hostPressure();
  const cpu = { worker: percent(cpuOf(worker.pid).own, before.worker), server: percent(cpuOf(server.pid).own, before.server) };
  const firing = await eventsPerFiring(ground, firings);
  await (await proposals.think()).report();
  const cycle = await eventsOf(client, await newest(client, `WorkflowType = 'thinkingCycleWorkflow' AND JanusVessel IS NULL`, vessel));
  const beatsPerDay = secondsPerDay / 600;
  const cyclesPerDay = secondsPerDay / config.thinking.intervalSeconds;
  return {
    idle: {
      cpu_percent: cpu.worker,
      server_cpu_percent: cpu.server,
      seconds,
      events_per_beat: rounded(firing.run + firing.schedule),
      events_per_cycle: rounded(cycle + firing.schedule),
      events_per_day: Math.round(beatsPerDay * (firing.run + firing.schedule) + cyclesPerDay * (cycle + firing.schedule)),
      host,
    },
  };
}

async function newest(client, query, vessel) {
  for await (const { workflowId } of client.workflow.list({ query, pageSize: 10 })) if (workflowId.startsWith(vessel)) return workflowId;
  throw new Error(`nothing matches ${query}`);
}
