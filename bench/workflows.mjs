import { condition, defineSignal, proxyActivities, proxyLocalActivities, setHandler } from '@temporalio/workflow';

const timeout = { startToCloseTimeout: '20 seconds' };
const remote = proxyActivities(timeout);
const local = proxyLocalActivities(timeout);

function approval() {
  let approved = false;
  setHandler(defineSignal('approve'), () => {
    approved = true;
  });
  return condition(() => approved);
}

/** What anybody would write first: one signal, one activity that does nothing. */
export async function bareWorkflow() {
  await approval();
  return remote.noop();
}

/** The shape of a proposal (review, wait, authorise, execute, check) without anything in it: no server can be faster than this. */
export async function floorWorkflow() {
  const approved = approval();
  await local.noop();
  await approved;
  await local.noop();
  const startedAt = await remote.noop();
  await local.noop();
  return startedAt;
}

/** So many jobs at once, on a queue of their own. */
export async function jobsWorkflow({ queue, kind, count, activity = 'job' }) {
  const jobs = proxyActivities({ taskQueue: queue, startToCloseTimeout: '10 minutes', allowEagerDispatch: false });
  await Promise.all(Array.from({ length: count }, () => jobs[activity]({ kind })));
}
