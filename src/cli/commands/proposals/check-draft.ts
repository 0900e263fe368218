import { sha256 } from '../../../adapters/files/sha256.js';
import { reviewProposal } from '../../../domain/constitution/rules.js';
import { JanusError } from '../../../domain/errors.js';
import { planDigest, shortDigest } from '../../../domain/action/digests.js';
import { planProposal } from '../../../domain/action/planning.js';
import { ownTerms } from '../../../domain/approval/terms.js';
import type { ProposalDraft } from '../../../domain/action/proposal.schema.js';
import { parseProposal } from '../../../domain/action/proposal.schema.js';
import { quoted } from '../../../domain/text/quoted.js';
import { visible } from '../../../domain/text/visible.js';
import type { Context } from '../../command.js';
import { EXIT } from '../../exit-codes.js';
import { jsonObjects } from '../../schemas/json-objects.js';
import { paint, wrap, wrapCommand } from '../../terminal/output.js';
import { reviewContextHere } from './review-here.js';

/** What `reportCheck` prints with --json. */
export const checkJson = jsonObjects(({ z, digest, violation, commandLines }) => ({
  check: z.strictObject({
    valid: z.boolean(),
    violations: z.array(violation),
    digest: digest.nullable(),
    command_lines: commandLines,
  }),
}));

/**
 * Reviews a draft as the brain would, and shows the sandbox's exact command lines. Needs no server, starts nothing. `next` says what to do where the
 * constitution refuses it.
 */
export async function reportCheck(draft: ProposalDraft, context: Context, next: string): Promise<number> {
  const config = await context.config();
  const { createSandbox } = await import('../../../adapters/sandbox/run/create-sandbox.js');
  const sandbox = createSandbox({
    bwrapPath: config.sandbox.bwrapPath,
    workspacesRoot: config.paths.workspaces,
    account: config.sandbox.account,
  });
  const proposal = parseProposal({
    timestamp: context.now().toISOString(),
    vessel_id: config.vesselId,
    proposal_id: 'janus-000000000000',
    ...draft,
  });
  const reviewContext = await reviewContextHere(config);
  const violations = reviewProposal(proposal, reviewContext);
  if (violations.length > 0) {
    if (context.json) checkJson.write(context.stdout, 'check', { valid: false, violations, digest: null, command_lines: [] });
    const text = violations.map(({ rule, clause, message }) => `  ${rule}: ${visible(message)}  (${clause})`).join('\n');
    throw new JanusError('PROPOSAL_INVALID', `the constitution refuses it:\n${text}`, {
      details: { violations },
      next,
    });
  }
  const terms = ownTerms(config.approvals, { risk: proposal.riskLevel, actionType: proposal.actionType });
  const plan = planProposal(proposal, reviewContext, terms);
  const digest = planDigest(sha256, plan);
  const workspace = sandbox.workspaceOf(proposal.proposalId);
  const commandLines = plan.steps.map((command) =>
    sandbox.commandLine({
      command,
      workspace,
      limits: plan.limits,
      network: command.online === true ? plan.network : [],
      grants: plan.grants,
      outputPrefix: workspace,
    }),
  );
  if (context.json) checkJson.write(context.stdout, 'check', { valid: true, violations, digest, command_lines: commandLines });
  else {
    const hours = String(config.approval.timeoutSeconds / 3_600);
    const words = `every rule passed · would wait ${hours} h for a decision · digest ${shortDigest(digest)} (its id is in it: every proposal has another)`;
    context.stdout.write(`${wrap(`${paint(context, 'green', 'VALID')} ${words}`, context.columns, 2)}\n\nSANDBOX COMMAND LINE:\n`);
    for (const line of commandLines) context.stdout.write(`${wrapCommand(`  ${line.map(quoted).join(' ')}`, context.columns)}\n`);
  }
  return EXIT.ok;
}
