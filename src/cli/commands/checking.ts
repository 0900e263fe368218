import { createHash } from 'node:crypto';
import { toReviewContext } from '../../config/review-context.js';
import { reviewProposal } from '../../domain/constitution.js';
import { JanusError } from '../../domain/errors.js';
import { planDigest, shortDigest } from '../../domain/ids.js';
import { planProposal } from '../../domain/planning.js';
import type { ProposalDraft } from '../../domain/proposal.schema.js';
import { parseProposal } from '../../domain/proposal.schema.js';
import { quoted } from '../../domain/review-text.js';
import { visible } from '../../domain/text.js';
import type { Context } from '../command.js';
import { EXIT } from '../exit-codes.js';
import { paint, writeJson } from '../output.js';

/** Reviews a draft as the brain would, and shows the sandbox's exact command lines. Needs no server, starts nothing. */
export async function reportCheck(draft: ProposalDraft, context: Context): Promise<number> {
  const config = await context.config();
  const [{ createSandbox }, { resolvePrograms }] = await Promise.all([
    import('../../adapters/sandbox/create-sandbox.js'),
    import('../../adapters/host/programs.js'),
  ]);
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
  const reviewContext = toReviewContext(config, { programs: await resolvePrograms(config.tools), profile: sandbox.profile });
  const violations = reviewProposal(proposal, reviewContext);
  if (violations.length > 0) {
    if (context.json) writeJson(context, 'check', { valid: false, violations });
    const text = violations.map(({ rule, clause, message }) => `  ${rule}: ${visible(message)}  (${clause})`).join('\n');
    throw new JanusError('PROPOSAL_INVALID', `the constitution refuses it:\n${text}`, {
      details: { violations },
      next: 'mend it and check again',
    });
  }
  const plan = planProposal(proposal, reviewContext);
  const digest = planDigest((text) => createHash('sha256').update(text).digest('hex'), plan);
  const workspace = `${config.paths.workspaces}/${proposal.proposalId}`;
  const commandLines = plan.steps.map((command) =>
    sandbox.commandLine({ command, workspace, limits: plan.limits, network: plan.network, grants: plan.grants, outputPrefix: workspace }),
  );
  if (context.json) writeJson(context, 'check', { valid: true, digest, command_lines: commandLines });
  else {
    context.stdout.write(
      `${paint(context, 'green', 'VALID')} every rule passed · would wait ${String(config.approval.timeoutSeconds / 3_600)} h for a decision\n`,
    );
    context.stdout.write(
      `A digest covers the id too, so it differs from proposal to proposal; this one: ${shortDigest(digest)}\n\nSANDBOX COMMAND LINE:\n`,
    );
    for (const line of commandLines) context.stdout.write(`  ${line.map(quoted).join(' ')}\n`);
  }
  return EXIT.ok;
}
