import { createHash, randomBytes } from 'node:crypto';
import { dist } from './dist.mjs';

const sha256 = (text) => createHash('sha256').update(text).digest('hex');
let counter = 0;

/** A proposal of about 0.75 kB; each is another action, or the review would refuse it as a repetition. */
function draft() {
  counter += 1;
  return {
    proposal_id: `janus-${randomBytes(6).toString('hex')}`,
    timestamp: new Date().toISOString(),
    mission_context: 'Keep the vessel healthy',
    action_type: 'measure',
    rationale:
      'A proposal like those of every day, with a sentence or two about why somebody wants it: it starts a program that does nothing.',
    expected_outcome: 'The program ends with exit status 0 and writes nothing at all',
    risk_level: 'low',
    risk_mitigation: 'It reads nothing and writes nothing; its sandbox has no network',
    rollback_plan: 'There is nothing to undo',
    tool_name: 'noop',
    tool_args: [`--measurement=${counter}`],
    expect: { exit_code: 0 },
  };
}

/**
 * A client of one vessel: Janus's own, with the digest computed beforehand as `ubos review` shows it, so that an approval is one signal,
 * as it is for bare Temporal.
 */
export async function openVessel({ client, env }) {
  const [
    { loadConfig },
    { createProposalClient },
    { resolvePrograms },
    { sandboxProfileId },
    { toReviewContext },
    planning,
    schema,
    { planDigest },
    { ownTerms },
  ] = await Promise.all([
    dist('config/load.js'),
    dist('client/proposals.js'),
    dist('adapters/host/programs.js'),
    dist('adapters/sandbox/profile/profile.js'),
    dist('config/review-context.js'),
    dist('domain/action/planning.js'),
    dist('domain/action/proposal.schema.js'),
    dist('domain/action/digests.js'),
    dist('domain/approval/terms.js'),
  ]);
  const config = loadConfig({ env, cwd: '/' });
  const { vesselId: vessel } = config;
  const proposals = createProposalClient({ temporal: { client, namespace: 'default' }, vessel, approvalSeconds: 86_400 });
  const context = toReviewContext(config, { programs: await resolvePrograms(config.tools), profile: sandboxProfileId() });
  return {
    env,
    config,
    vessel,
    proposals,
    /** Everything about a proposal that can be known before it is proposed. */
    prepare: (change = {}) => {
      const document = { ...draft(), vessel_id: vessel, ...change };
      const proposal = schema.parseProposal(document);
      const terms = ownTerms(config.approvals, { risk: proposal.riskLevel, actionType: proposal.actionType });
      return {
        document,
        id: document.proposal_id,
        digest: planDigest(sha256, planning.planProposal(proposal, context, terms)),
      };
    },
  };
}

/** Bare Temporal and Janus behind one face: start, approve, result. */
export function bareVariant(client, { queue }, workflowType) {
  return {
    prepare: () => ({ id: `${workflowType}-${randomBytes(6).toString('hex')}` }),
    start: ({ id }) => client.workflow.start(workflowType, { workflowId: id, taskQueue: queue }),
    approve: ({ id }) => client.workflow.getHandle(id).signal('approve', { by: 'bench' }),
    result: ({ id }) => client.workflow.getHandle(id).result(),
  };
}

export function janusVariant(client, vessel) {
  return {
    prepare: vessel.prepare,
    start: ({ document }) => vessel.proposals.propose(document),
    approve: ({ id, digest }) => client.workflow.getHandle(id).signal('approve', { by: 'bench', digest }),
    result: async ({ id }) => {
      const outcome = await vessel.proposals.outcome(id);
      if (outcome.status !== 'completed') throw new Error(`${id} ended ${outcome.status}: ${outcome.reason}`);
      return outcome;
    },
  };
}

/** Resolves when the first workflow task is over: it waits for a decision. */
export async function untilWaiting(client, id) {
  for (;;) {
    const { historyLength, raw } = await client.workflow.getHandle(id).describe();
    if (historyLength >= 4 && !raw.pendingWorkflowTask) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
