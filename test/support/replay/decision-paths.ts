import type { WorkflowHandle } from '@temporalio/client';
import { queues, workflowTypes } from '../../../src/contract/names.js';
import { openApprovals } from '../proposals/approvals.js';
import type { Bench } from '../bench/bench.js';
import { vessel } from '../bench/knobs.js';
import { approve, decide, proposed, started, undoable, untilStatus } from '../bench/people.js';

/** The next group is named, and nobody is in either: names are claims. */
const escalating = { ...openApprovals, groups: { first_group: [], second_group: [] } };

/** One way through a workflow, walked to its end on a real server. */
export interface Path {
  /** Of a shipped history: never renamed. */
  readonly name: string;
  readonly walk: (bench: Bench) => Promise<WorkflowHandle>;
  /** It has no end: its history is what there is when the walk is over. */
  readonly isOpen?: true;
}

/** What people do, or leave undone. */
export const decisionPaths: readonly Path[] = [
  {
    name: 'approved-by-update',
    walk: async (bench) => {
      const handle = await proposed(bench, bench.document('exit 0'));
      await decide(handle, { decision: 'approve', by: 'approver', digest: '0'.repeat(32) });
      await decide(handle, { decision: 'approve', by: 'approver', digest: await bench.digest(handle.workflowId) });
      return handle;
    },
  },
  {
    name: 'rejected',
    walk: async (bench) => {
      const handle = await proposed(bench, bench.document('exit 0'));
      await handle.signal('reject', { by: 'approver', reason: 'not on a Friday' });
      return handle;
    },
  },
  {
    name: 'expired',
    walk: (bench) => {
      bench.knobs.approvalSeconds = 4;
      return proposed(bench, bench.document('exit 0'));
    },
  },
  {
    name: 'escalated',
    walk: (bench) => {
      Object.assign(bench.knobs, { approvalSeconds: 4, approvals: escalating });
      return proposed(bench, bench.document('exit 0'));
    },
  },
  {
    name: 'proposed-by-a-stranger',
    walk: async (bench) => {
      const document = bench.document('exit 0');
      const taskQueue = queues.brain(vessel);
      const handle = await bench.server.client.workflow.start(workflowTypes.proposal, {
        workflowId: document.proposal_id,
        taskQueue,
        args: [document],
      });
      await bench.digest(document.proposal_id);
      await handle.signal('reject', { by: 'approver', reason: 'from a stranger' });
      return handle;
    },
  },
  { name: 'refused', walk: (bench) => bench.propose(bench.document('exit 0', { mission_context: 'unknown' })) },
  {
    name: 'late-signal',
    walk: async (bench) => {
      const handle = await started(bench, 'wait');
      await bench.sandbox.started(handle.workflowId);
      await handle.signal('reject', { by: 'second approver', reason: 'too late' });
      await bench.view(handle);
      bench.sandbox.release(handle.workflowId);
      return handle;
    },
  },
  {
    name: 'malformed-signal',
    walk: async (bench) => {
      const handle = await proposed(bench, bench.document('exit 0'));
      await handle.signal('approve');
      await handle.signal('approve', { by: 'approver' });
      await handle.signal('approve', 'yes', 'really');
      await handle.signal('launch', true);
      await approve(bench, handle);
      return handle;
    },
  },
  {
    name: 'cancelled',
    walk: async (bench) => {
      const handle = await proposed(bench, bench.document('exit 0'));
      await handle.signal('cancel', { by: 'approver', reason: 'no longer needed' });
      return handle;
    },
  },
  {
    name: 'cancelled-by-temporal',
    walk: async (bench) => {
      const handle = await proposed(bench, bench.document('exit 0'));
      await handle.cancel();
      return handle;
    },
  },
  {
    name: 'extended',
    walk: async (bench) => {
      const handle = await proposed(bench, bench.document('exit 0'));
      await handle.signal('extend', { by: 'approver', extend: '12h' });
      await approve(bench, handle);
      return handle;
    },
  },
  {
    name: 'stale',
    walk: async (bench) => {
      const handle = await proposed(bench, bench.document('exit 0'));
      bench.knobs.rules = { allowedTools: ['jq'] };
      await approve(bench, handle);
      return handle;
    },
  },
  {
    name: 'suspended',
    walk: async (bench) => {
      bench.knobs.emergencyStop.brain = 'EMERGENCY_STOP is there';
      const handle = await started(bench, 'exit 0');
      await untilStatus(bench, handle, 'suspended');
      delete bench.knobs.emergencyStop.brain;
      // Any message makes it look again before its half minute is over; then it asks again.
      await handle.signal('extend', { by: 'approver', extend: '1h' });
      await untilStatus(bench, handle, 'proposed');
      await approve(bench, handle);
      return handle;
    },
  },
  {
    name: 'suspended-by-hands',
    walk: async (bench) => {
      bench.knobs.emergencyStop.hands = 'EMERGENCY_STOP is there';
      const handle = await started(bench, 'exit 0');
      await untilStatus(bench, handle, 'suspended');
      delete bench.knobs.emergencyStop.hands;
      await handle.signal('extend', { by: 'approver', extend: '1h' });
      await untilStatus(bench, handle, 'proposed');
      await approve(bench, handle);
      return handle;
    },
  },
  {
    name: 'rejected-at-the-gate',
    walk: async (bench) => {
      bench.knobs.slots = 0;
      const handle = await started(bench, 'exit 0');
      await untilStatus(bench, handle, 'executing');
      await handle.signal('reject', { by: 'second', reason: 'on second thoughts' });
      return handle;
    },
  },
  {
    name: 'withdrawn-at-the-gate',
    walk: async (bench) => {
      bench.knobs.slots = 0;
      const handle = await started(bench, 'exit 0');
      await untilStatus(bench, handle, 'executing');
      await handle.signal('withdraw', { by: 'approver' });
      await untilStatus(bench, handle, 'proposed');
      bench.knobs.slots = 16;
      await approve(bench, handle);
      return handle;
    },
  },
  {
    name: 'answered-by-somebody-else',
    walk: async (bench) => {
      bench.knobs.handsForge = {
        executeAction: [
          { act: 'execute', answer: { state: 'not_started', host: 'test-host', code: 'CLOSED', why: 'no' }, signature: 'Zm9yZ2Vk' },
        ],
      };
      return started(bench, 'exit 0', undoable('exit 0'));
    },
  },
];
