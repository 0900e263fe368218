import { queues, workflowTypes } from '../../../src/contract/names.js';
import type { Bench } from '../bench/bench.js';
import { testHost, vessel } from '../bench/knobs.js';
import { approve, proposed, started, stepwise, undoable, untilStatus } from '../bench/people.js';
import { moon, moonAnswer } from '../oracles/moon.js';
import { aCandidate, aCatalogue, answered } from '../vessel/minds.js';
import { approvalPaths } from './approval-paths.js';
import { controlsPaths } from './controls-paths.js';
import type { Path } from './decision-paths.js';
import { decisionPaths } from './decision-paths.js';
import { grantPaths } from './grant-paths.js';
import { modePaths } from './mode-paths.js';
import { previewPaths } from './preview-paths.js';
import { thinkingPaths } from './thinking-paths.js';

/** Approved after a worker of another life had begun it. */
async function interrupted(bench: Bench, change = {}) {
  const handle = await proposed(bench, bench.document('exit 0', change));
  await bench.leaveInterrupted(handle.workflowId, await bench.digest(handle.workflowId), 1);
  await approve(bench, handle);
  return handle;
}

const probe = (exitCode: number) => ({ probe: { tool_name: 'shell', tool_args: [`exit ${exitCode}`] } });

/** What an action does, and everything that is no proposal. */
const otherPaths: readonly Path[] = [
  { name: 'approved', walk: (bench) => started(bench, 'exit 0') },
  { name: 'failed', walk: (bench) => started(bench, 'exit 1') },
  { name: 'rolled-back', walk: (bench) => started(bench, 'exit 1', undoable('exit 0')) },
  { name: 'rollback-failed', walk: (bench) => started(bench, 'exit 1', undoable('exit 0', 'exit 3', 'exit 0')) },
  {
    name: 'several-steps',
    walk: (bench) => started(bench, '', stepwise(['exit 0', 'exit 0'], ['exit 0', 'exit 0'], ['exit 0', 'exit 0'])),
  },
  {
    name: 'several-steps-rolled-back',
    walk: (bench) => started(bench, '', stepwise(['exit 0', 'exit 0'], ['exit 1', 'exit 0'], ['exit 0', 'exit 0'])),
  },
  {
    name: 'cancelled-while-running',
    walk: async (bench) => {
      const handle = await started(bench, 'wait', undoable('exit 0'));
      await bench.sandbox.started(handle.workflowId);
      await handle.signal('cancel', { by: 'approver' });
      return handle;
    },
  },
  {
    name: 'indeterminate',
    walk: async (bench) => {
      const handle = await interrupted(bench);
      await untilStatus(bench, handle, 'indeterminate');
      await handle.signal('resolve', { by: 'approver', outcome: 'completed', reason: 'the file is there' });
      return handle;
    },
  },
  { name: 'interrupted-happened', walk: (bench) => interrupted(bench, probe(0)) },
  { name: 'interrupted-rolled-back', walk: (bench) => interrupted(bench, { ...probe(2), ...undoable('exit 0') }) },
  {
    name: 'no-word-from-hands',
    walk: (bench) => {
      bench.knobs.handsFail = { executeAction: { times: 1, retryable: false } };
      return started(bench, 'exit 0');
    },
  },
  {
    name: 'resolved-without-ledger',
    walk: async (bench) => {
      bench.knobs.handsFail = { executeAction: { times: 1, retryable: false }, settleAction: { times: 1_000, retryable: true } };
      const handle = await started(bench, 'exit 0');
      await untilStatus(bench, handle, 'indeterminate');
      await handle.signal('resolve', { by: 'approver', outcome: 'failed', reason: 'the host has burnt down' });
      return handle;
    },
  },
  {
    name: 'hands-never-there',
    walk: (bench) => {
      Object.assign(bench.knobs, { host: 'nowhere', permitSeconds: 2 });
      return started(bench, 'exit 0');
    },
  },
  {
    name: 'audit-unavailable',
    walk: async (bench) => {
      const handle = await proposed(bench, bench.document('exit 0'));
      await bench.view(handle);
      bench.knobs.diskFull = true;
      await handle.signal('reject', { by: 'approver', reason: 'the disk is full' });
      await bench.trailRefused();
      bench.knobs.diskFull = false;
      return handle;
    },
  },
  {
    name: 'dry-run',
    walk: (bench) => {
      bench.knobs.rules = { dryRun: true };
      return started(bench, 'exit 0');
    },
  },
  {
    name: 'thinking-cycle',
    walk: async (bench) => {
      const planned = [bench.document('exit 0'), bench.document('exit 0')];
      await bench.propose(planned[1]!);
      bench.knobs.cycle = () =>
        Promise.resolve({
          metrics: { disk_usage_percent: 91, llm_available: false },
          proposals: planned.map((document) => ({ playbookId: 'log-rotation', document, actionKey: 'key', approvalSeconds: 60 })),
          skipped: [{ playbookId: 'other', why: 'cooldown 6h: again in 20 min' }],
        });
      return bench.server.client.workflow.start(workflowTypes.thinkingCycle, {
        workflowId: `${vessel}-thinking-cycle`,
        taskQueue: queues.brain(vessel),
        args: [bench.scheduled('thinkingCycle')],
      });
    },
  },
  {
    name: 'thinking-cycle-with-a-lookup-and-a-model',
    walk: (bench) => {
      Object.assign(bench.knobs, { catalogue: aCatalogue, lookups: [moon], thinking: { autonomous: true, seconds: 30 } });
      bench.knobs.cycle = async () => ({ metrics: { disk_usage_percent: 91 }, proposals: [], skipped: [], matched: [] });
      bench.knobs.oracle = moonAnswer;
      bench.knobs.model = { ask: async () => answered([aCandidate()]) };
      return bench.server.client.workflow.start(workflowTypes.thinkingCycle, {
        workflowId: `${vessel}-thinking-cycle-that-looks-up`,
        taskQueue: queues.brain(vessel),
        args: [bench.scheduled('thinkingCycle')],
      });
    },
  },
  {
    name: 'bookkeeping',
    walk: (bench) => {
      bench.knobs.books = { verify: { ok: false, summary: 'a line was changed' }, reconcile: 'Temporal is not reachable' };
      return bench.server.client.workflow.start(workflowTypes.bookkeeping, {
        workflowId: `${vessel}-bookkeeping`,
        taskQueue: queues.brain(vessel),
        args: [bench.scheduled('bookkeeping')],
      });
    },
  },
  {
    name: 'backup',
    walk: (bench) => {
      bench.knobs.books = { backup: { ok: false, summary: 'there is no repository' } };
      return bench.server.client.workflow.start(workflowTypes.backup, {
        workflowId: `${vessel}-backup`,
        taskQueue: queues.brain(vessel),
        args: [bench.scheduled('backup')],
      });
    },
  },
  {
    name: 'escapement',
    walk: (bench) =>
      bench.server.client.workflow.start(workflowTypes.escapement, {
        workflowId: `${vessel}-escapement-${testHost}`,
        taskQueue: queues.brain(vessel),
        args: [{ vessel, host: testHost, seconds: 1 }],
      }),
  },
];

/** Every path that the corpus must hold. */
export const paths: readonly Path[] = [
  ...decisionPaths,
  ...approvalPaths,
  ...previewPaths,
  ...controlsPaths,
  ...grantPaths,
  ...modePaths,
  ...thinkingPaths,
  ...otherPaths,
];
