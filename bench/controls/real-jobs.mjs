import { cpus } from 'node:os';
import { fileURLToPath } from 'node:url';
import { hostPressure } from '../lib/host.mjs';
import { median } from '../lib/statistics.mjs';

const script = fileURLToPath(new URL('../workers/jobs.mjs', import.meta.url));
const max = 16;

/** So many real jobs at once, in a worker of their own under each controller; the seconds until the last one was done. */
async function timeOf(ground, { kind, jobs, controller, limit }) {
  const queue = `jobs-${kind}-${controller}-${limit}-${Math.round(performance.now())}`;
  const { end } = await ground.startJobs({ script, args: [ground.address, queue, controller, String(limit), String(jobs)] });
  try {
    const start = performance.now();
    const handle = await ground.client.workflow.start('jobsWorkflow', {
      taskQueue: ground.bare.queue,
      workflowId: queue,
      args: [{ queue, kind, count: jobs }],
    });
    await handle.result();
    return (performance.now() - start) / 1_000;
  } finally {
    await end();
  }
}

/** Rounds that take turns, so that what the machine does besides weighs on all alike; the median of each. */
export async function measureRealJobs(ground, { rounds, jobs }) {
  const controllers = {
    janus: ['janus', max],
    'fixed: cores': ['fixed', cpus().length],
    'fixed: max': ['fixed', max],
    'SDK tuner': ['tuner', max],
  };
  if (rounds === 0) return {};
  const medians = {};
  for (const kind of ['cpu', 'io']) {
    const times = Object.fromEntries(Object.keys(controllers).map((name) => [name, []]));
    for (let round = 0; round < rounds; round += 1) {
      for (const [name, [controller, limit]] of Object.entries(controllers)) {
        times[name].push(await timeOf(ground, { kind, jobs, controller, limit }));
      }
    }
    medians[kind] = Object.fromEntries(Object.entries(times).map(([name, values]) => [name, median(values)]));
  }
  return { ...medians, max, jobs, host: hostPressure() };
}
