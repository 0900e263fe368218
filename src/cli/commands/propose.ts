import { JanusError } from '../../domain/errors.js';
import { shortDigest } from '../../domain/ids.js';
import type { ProposalDraft } from '../../domain/proposal.schema.js';
import { visible } from '../../domain/text.js';
import type { Command, Context, Invocation, Values } from '../command.js';
import { textOf } from '../command.js';
import { EXIT } from '../exit-codes.js';
import { paint, writeJson } from '../output.js';
import { reportCheck } from './checking.js';
import { reportOutcome } from './deciding.js';

const flags = {
  mission: 'mission_context',
  type: 'action_type',
  rationale: 'rationale',
  expected: 'expected_outcome',
  risk: 'risk_level',
  mitigation: 'risk_mitigation',
  'rollback-plan': 'rollback_plan',
  tool: 'tool_name',
} as const;

async function fromFlags(values: Values): Promise<ProposalDraft> {
  const fields = Object.entries(flags).flatMap(([flag, key]) => {
    const value = textOf(values, flag);
    return value === undefined ? [] : [[key, value]];
  });
  const args = values['arg'];
  const draft = { ...Object.fromEntries(fields), ...(Array.isArray(args) && { tool_args: args }) };
  // The same way in as for a file, so the same errors come out.
  const { parseProposalText } = await import('../../config/proposal-file.js');
  return parseProposalText(JSON.stringify(draft, null, 1), 'command line');
}

async function readDraft({ values }: Invocation, context: Context): Promise<ProposalDraft> {
  const file = textOf(values, 'file');
  const from = textOf(values, 'from');
  if (file !== undefined && from !== undefined) throw new JanusError('USAGE', '-f and --from are both given: name one');
  if (file !== undefined) return (await import('../../config/proposal-file.js')).readProposalFile(file);
  if (from === undefined) return fromFlags(values);
  const proposals = await context.proposals();
  const {
    proposal_id: _id,
    timestamp: _timestamp,
    status: _status,
    ...draft
  } = (await proposals.view(await proposals.resolveId(from))).document;
  return draft;
}

/** What the review said, as soon as it has said something. */
async function reviewed(context: Context, id: string) {
  const proposals = await context.proposals();
  for (;;) {
    const view = await proposals.view(id);
    if (view.status !== 'draft') return view;
    // The review is one local activity: it is there with the next look, unless the trail cannot be written.
    await new Promise((resolve) => setTimeout(resolve, 100));
    if (context.signal.aborted) throw new JanusError('TIMEOUT', `${id} is still under review`, { next: `ubos proposals show ${id}` });
  }
}

export const command: Command = {
  usage:
    'ubos propose -f FILE | --from ID | --tool NAME --arg TEXT... --mission TEXT --type TYPE --rationale TEXT --risk low|medium|high [--expected TEXT] [--mitigation TEXT] [--rollback-plan TEXT] [--dry-run] [--wait]',
  details:
    'Puts a proposal before the constitution, and then before a human. --dry-run only checks it: nothing is started, no server is needed.',
  options: {
    file: { type: 'string', short: 'f' },
    from: { type: 'string' },
    arg: { type: 'string', multiple: true },
    ...Object.fromEntries(Object.keys(flags).map((flag) => [flag, { type: 'string' as const }])),
    'dry-run': { type: 'boolean' },
    wait: { type: 'boolean' },
  },
  async run(invocation, context) {
    const draft = await readDraft(invocation, context);
    if (invocation.values['dry-run'] === true) return reportCheck(draft, context);
    const proposals = await context.proposals();
    const id = await proposals.propose(draft);
    const view = await reviewed(context, id);
    const { status, digest, deadline, violations } = view;
    if (context.json && invocation.values['wait'] !== true)
      writeJson(context, 'proposed', { proposal_id: id, status, digest: digest ?? null, deadline: deadline ?? null, violations });
    else if (status === 'rejected') {
      context.stderr.write(
        `${paint(context, 'red', '✗')} ${id} was refused by the constitution:\n${violations.map(({ rule, message }) => `  ${rule}: ${visible(message)}\n`).join('')}`,
      );
    } else if (!context.json) {
      context.stdout.write(`Proposed ${id}  digest ${shortDigest(digest ?? '')}\n`);
      context.stderr.write(`  Waits until ${deadline ?? '?'}. Review: ubos review ${id}   Approve: ubos approve ${id}\n`);
    }
    if (status === 'rejected') return EXIT.endedBadly;
    return invocation.values['wait'] === true ? reportOutcome(proposals, id, context) : EXIT.ok;
  },
};
