import { glassReviewId } from '../../../src/contract/names.js';
import type { Bench, ProposalHandle } from '../bench/bench.js';
import { aPreview } from '../bench/fake-previewer.js';
import type { Path } from './decision-paths.js';
import type { Message } from '../proposals/approvals.js';
import { approval, openApprovals, signedApprovals, signedBy, twoOfTrinity } from '../proposals/approvals.js';
import { approve, decide, undoable, untilStatus } from '../bench/people.js';
import { waitingSigned } from '../bench/signed-people.js';

/** Proposed and signed by cleo, who decides nothing. Whoever signs, signs what the view shows then. */
async function waiting(bench: Bench, approvals = signedApprovals, change = {}) {
  bench.knobs.approvals = approvals;
  const { handle } = await waitingSigned(bench, change);
  const says = async (by: string, message: Message, to: ProposalHandle = handle) => decide(to, signedBy(by, await bench.view(to), message));
  return { handle, says };
}

/** bo starts a high risk alone, and the review of it waits. */
async function glassBroken(bench: Bench, reviewSeconds: number) {
  const breakGlass = { group: 'first_citizen', reviewSeconds };
  const { handle, says } = await waiting(bench, { ...twoOfTrinity, breakGlass }, { risk_level: 'high' });
  await says('bo', { decision: 'break_glass', reason: 'the disk fills up' });
  await handle.result();
  const review = bench.server.client.workflow.getHandle(glassReviewId(handle.workflowId)) as ProposalHandle;
  return { handle, review, says };
}

/** Who must agree, and what becomes of their word (spec A3, A4). */
export const approvalPaths: readonly Path[] = [
  {
    name: 'signed',
    walk: async (bench) => {
      const { handle, says } = await waiting(bench);
      await says('ana', approval);
      return handle;
    },
  },
  {
    name: 'signatures-refused',
    walk: async (bench) => {
      const { handle, says } = await waiting(bench);
      await approve(bench, handle);
      await says('mallory', approval);
      await says('ana', { decision: 'reject', reason: 'enough of it' });
      return handle;
    },
  },
  {
    name: 'proposer-unsigned',
    walk: (bench) => {
      bench.knobs.approvals = signedApprovals;
      return bench.propose(bench.document('exit 0', undoable('exit 0')));
    },
  },
  {
    name: 'two-of-three',
    walk: async (bench) => {
      const { handle, says } = await waiting(bench, twoOfTrinity);
      await says('codex', approval);
      await says('codex', approval);
      await says('gemini', approval);
      return handle;
    },
  },
  {
    name: 'withdrawn',
    walk: async (bench) => {
      const { handle, says } = await waiting(bench, twoOfTrinity);
      await says('codex', approval);
      await says('codex', { decision: 'withdraw' });
      await says('gemini', { decision: 'reject', reason: 'codex is right' });
      return handle;
    },
  },
  {
    name: 'withdrawn-once-approved',
    walk: async (bench) => {
      bench.knobs.emergencyStop.brain = 'EMERGENCY_STOP is there';
      const { handle, says } = await waiting(bench);
      await says('ana', approval);
      await untilStatus(bench, handle, 'suspended');
      await says('ana', { decision: 'withdraw' });
      delete bench.knobs.emergencyStop.brain;
      await untilStatus(bench, handle, 'proposed');
      await says('bo', approval);
      return handle;
    },
  },
  {
    name: 'next-group',
    walk: async (bench) => {
      Object.assign(bench.knobs, { approvalSeconds: 10 });
      const { handle, says } = await waiting(bench, { ...openApprovals, groups: signedApprovals.groups });
      await bench.digest(handle.workflowId);
      for (;;) if ((await says('claude', approval)).accepted) return handle;
    },
  },
  { name: 'glass-broken', walk: async (bench) => (await glassBroken(bench, 3)).handle },
  { name: 'glass-review-lapsed', walk: async (bench) => (await glassBroken(bench, 3)).review },
  {
    name: 'glass-review-endorsed',
    walk: async (bench) => {
      const { review, says } = await glassBroken(bench, 3_600);
      await untilStatus(bench, review, 'proposed');
      await says('bo', approval, review);
      await says('codex', approval, review);
      await says('gemini', approval, review);
      return review;
    },
  },
  {
    name: 'glass-review-condemned',
    walk: async (bench) => {
      const { review, says } = await glassBroken(bench, 3_600);
      await untilStatus(bench, review, 'proposed');
      await says('codex', { decision: 'reject', reason: 'it could have waited' }, review);
      return review;
    },
  },
  {
    name: 'preview-requested',
    walk: async (bench) => {
      Object.assign(bench.knobs, { preview: () => Promise.resolve(aPreview()), stagedEffect: 'ef'.repeat(32) });
      const { handle, says } = await waiting(bench, twoOfTrinity);
      await says('codex', approval);
      await says('gemini', { decision: 'preview' });
      await says('gemini', approval);
      await says('codex', approval);
      return handle;
    },
  },
];
