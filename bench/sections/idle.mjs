import { guardStart, startWorker } from '../../scripts/lib/worker-process.mjs';
import { endProcess } from '../lib/ground.mjs';
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

/** What each of the processes uses of one core, in percent, while nobody wants anything of them. */
async function measureCpu(pids, { settleSeconds, seconds }) {
  await sleep(settleSeconds * 1_000);
  const look = () => Object.fromEntries(Object.entries(pids).map(([name, pid]) => [name, cpuOf(pid).own]));
  const before = look();
  const start = performance.now();
  await sleep(seconds * 1_000);
  const elapsed = performance.now() - start;
  const after = look();
  return Object.fromEntries(Object.keys(pids).map((name) => [name, rounded((100 * (after[name] - before[name])) / elapsed)]));
}

/** Nothing waits and nothing runs: what worker and guard use all the same, and what is written. */
export async function measureIdle(ground, { settleSeconds, seconds, firings }) {
  const { client, janus, server } = ground;
  const { worker, vessel, config, proposals, env } = janus;
  const guard = startWorker({ ...guardStart, env });
  ground.adopt(guard.child);
  await guard.ready;
  const cpu = await measureCpu({ worker: worker.pid, guard: guard.child.pid, server: server.pid }, { settleSeconds, seconds });
  const host = hostPressure();
  await endProcess(guard.child, 'SIGTERM');
  const firing = await eventsPerFiring(ground, firings);
  await (await proposals.think()).report();
  const cycle = await eventsOf(client, await newest(client, `WorkflowType = 'thinkingCycleWorkflow' AND JanusVessel IS NULL`, vessel));
  const beatsPerDay = secondsPerDay / 600;
  const cyclesPerDay = secondsPerDay / config.thinking.intervalSeconds;
  return {
    idle: {
      cpu_percent: rounded(cpu.worker + cpu.guard),
      worker_cpu_percent: cpu.worker,
      guard_cpu_percent: cpu.guard,
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
