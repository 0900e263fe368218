import { ubosFile } from '../../scripts/lib/ubos.mjs';
import { hostPressure, pool, residentMb, sleep, timed } from '../lib/host.mjs';
import { median, rounded } from '../lib/statistics.mjs';
import { janusVariant, untilWaiting } from '../lib/vessel.mjs';
import { runNode } from './cli.mjs';

const pageSize = 100;

async function firstPage(client, query) {
  const { executions } = await client.workflowService.listWorkflowExecutions({ namespace: 'default', pageSize, query });
  return executions.length;
}

/** A fresh worker, at rest and then with so many proposals that wait; the list of them, as a person sees it and as the server gives it. */
export async function measureWaiting({ client, startVessel }, { proposals, secondsMax, rounds }) {
  const vessel = await startVessel('waiting');
  const { worker, env } = vessel;
  await sleep(2_000);
  const idle = residentMb(worker.pid);
  const variant = janusVariant(client, vessel);
  const until = Date.now() + secondsMax * 1_000;
  const started = await pool(Array.from({ length: proposals }), 16, async () => {
    if (Date.now() > until) return undefined;
    const item = variant.prepare();
    await variant.start(item);
    return item.id;
  });
  const ids = started.filter((id) => id !== undefined);
  // The queue is served in order: when the last ones wait, so do the others.
  for (const id of ids.slice(-20)) await untilWaiting(client, id);
  await sleep(2_000);
  const waiting = residentMb(worker.pid);
  const running = `WorkflowType = 'proposalWorkflow' AND JanusVessel = '${vessel.vessel}' AND ExecutionStatus = 'Running'`;
  const nothing = `${running} AND JanusState = 'completed'`;
  const found = { rpc: [], emptyRpc: [], list: [], emptyList: [] };
  const time = async (name, work) => found[name].push((await timed(work)).milliseconds);
  for (let round = 0; round < rounds; round += 1) {
    await time('rpc', () => firstPage(client, running));
    await time('emptyRpc', () => firstPage(client, nothing));
    await time('list', () => runNode([ubosFile, 'proposals', 'list'], env));
    await time('emptyList', () => runNode([ubosFile, 'proposals', 'list', '--state', 'completed'], env));
  }
  const of = (name) => median(found[name].slice(1));
  const startUp = of('emptyList') - of('emptyRpc');
  return {
    waiting: {
      proposals: ids.length,
      rss_idle_mb: rounded(idle),
      rss_mb: rounded(waiting),
      rss_over_idle_mb: rounded(waiting - idle),
      list_rpc_ms: rounded(of('rpc')),
      list_ms: rounded(of('list')),
      list_start_ms: rounded(startUp),
      list_less_start_ms: rounded(of('list') - startUp),
      host: hostPressure(),
    },
  };
}
