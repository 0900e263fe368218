import { JanusError } from '../../../domain/errors.js';
import { digestWords } from '../../../domain/text/digest-words.js';
import { proposalIdIn } from '../../../domain/action/proposal-id.js';
import { shortDigest } from '../../../domain/action/digests.js';
import type { ProposalDraft } from '../../../domain/action/proposal.schema.js';
import { restartHint } from '../../../domain/units.js';
import { quoted } from '../../../domain/text/quoted.js';
import { visible } from '../../../domain/text/visible.js';
import type { ProposalView } from '../../../contract/messages.js';
import type { Command, Context, Invocation, Values } from '../../command.js';
import { textOf } from '../../command.js';
import { EXIT } from '../../exit-codes.js';
import { jsonObjects } from '../../schemas/json-objects.js';
import { paint, wrap } from '../../terminal/output.js';
import { proveProposer } from '../../../client/deciding/sign.js';
import { personOf, signingOptions } from '../decide/cli-desk.js';
import { pause } from '../../terminal/times.js';
import { checkJson, reportCheck } from './check-draft.js';
import { outcomeJson, reportOutcome } from '../decide/reporting.js';

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
  if (textOf(values, 'tool') === undefined)
    throw new JanusError('USAGE', 'what is to be proposed?', {
      next: 'ubos propose -f FILE, --from ID, or --tool NAME and the other flags: ubos help propose',
    });
  const fields = Object.entries(flags).flatMap(([flag, key]) => {
    const value = textOf(values, flag);
    return value === undefined ? [] : [[key, value]];
  });
  const args = values['arg'];
  const draft = { ...Object.fromEntries(fields), ...(Array.isArray(args) && { tool_args: args }) };
  // The same way in as for a file, so the same errors come out.
  const { parseProposalText } = await import('../../../config/proposal-file.js');
  return parseProposalText(JSON.stringify(draft, null, 1), 'command line');
}

async function readDraft({ values }: Invocation, context: Context): Promise<ProposalDraft> {
  const file = textOf(values, 'file');
  const from = textOf(values, 'from');
  const given = Object.keys(flags).filter((flag) => textOf(values, flag) !== undefined);
  if ([file, from, given[0]].filter((each) => each !== undefined).length > 1)
    throw new JanusError('USAGE', 'a proposal comes from one place: -f, --from or flags', { next: 'ubos help propose' });
  if (file !== undefined) {
    const { readProposalFile, readProposalStream } = await import('../../../config/proposal-file.js');
    return file === '-' ? readProposalStream(process.stdin) : readProposalFile(file);
  }
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
    await pause(100, context.signal);
  }
}

const json = jsonObjects(({ z, status, digest, isoTime, proposalId, violation }) => ({
  proposed: z.strictObject({
    proposal_id: proposalId,
    status,
    digest: digest.nullable(),
    deadline: isoTime.nullable(),
    violations: z.array(violation),
  }),
}));

interface Again {
  readonly source: string;
  /** What policy.json says now. */
  readonly allowNetwork: boolean;
}

/** Whose turn it is: the author's, unless the same action stands in the way, which is nothing to mend. */
function mending(violations: ProposalView['violations'], { source, allowNetwork }: Again): string {
  // The file here says otherwise than the policy that refused it.
  if (allowNetwork && violations.some(({ message }) => message.includes('allow_network: false')))
    return `policy.json was changed after the workers had read it: ${restartHint('brain', 'hands')}`;
  const earlier = violations.every(({ rule }) => rule === 'novelty')
    ? violations.map(({ message }) => proposalIdIn(message)).find((id) => id !== undefined)
    : undefined;
  return earlier === undefined
    ? `mend it, then: ${source}`
    : `nothing to mend, only to wait for; the other one: ubos proposals show ${earlier}`;
}

/** What proposes the same again, as far as it can be typed. */
function againLine(values: Values): string {
  const file = textOf(values, 'file');
  if (file !== undefined && file !== '-') return `ubos propose -f ${quoted(file)}`;
  return textOf(values, 'from') === undefined ? 'propose it again in the same way' : 'propose it from a file: ubos propose -f FILE';
}

function report({ proposalId: id, status, digest, deadline, violations }: ProposalView, context: Context, again: Again): void {
  if (context.json)
    json.write(context.stdout, 'proposed', { proposal_id: id, status, digest: digest ?? null, deadline: deadline ?? null, violations });
  else if (context.format === 'id') context.stdout.write(`${id}\n`);
  else if (status !== 'rejected') {
    const words = digest === undefined ? '' : `  digest ${shortDigest(digest)} ${digestWords(digest)}`;
    context.stdout.write(`${wrap(`${paint(context, 'green', '✓')} Proposed ${id}${words}`, context.columns, 2)}\n`);
    context.stderr.write(`  Waits until ${visible(deadline ?? '?')}\n  Review:  ubos review ${id}\n  Approve: ubos approve ${id}\n`);
  }
  if (status === 'rejected' && !context.json)
    context.stderr.write(
      `${paint(context, 'red', '✗')} ${id} was refused by the constitution:\n${violations.map(({ rule, message }) => `  ${visible(rule)}: ${visible(message)}\n`).join('')}  → ${mending(violations, again)}\n`,
    );
}

export const command: Command = {
  json: [json, checkJson, outcomeJson],
  printsIds: true,
  usage:
    'ubos propose -f FILE | --from ID | --tool NAME --arg TEXT... --mission TEXT --type TYPE --rationale TEXT --risk low|medium|high [--expected TEXT] [--mitigation TEXT] [--rollback-plan TEXT] [--dry-run] [--preview] [--key FILE] [--wait] [--json]',
  details:
    "Puts a proposal before the constitution, and then before a human. -f - reads standard input; --from proposes an earlier one again.\n--dry-run only checks it: nothing is started, no server is needed. --preview runs it on throw-away copies first, and shows the effect to whoever decides. Signed with --key, JANUS_SIGNING_KEY or the key of `ubos keys init`: an unsigned proposal may be anybody's. Exit code 6 when the constitution refuses it.",
  options: {
    file: { type: 'string', short: 'f' },
    from: { type: 'string' },
    arg: { type: 'string', multiple: true },
    ...Object.fromEntries(Object.keys(flags).map((flag) => [flag, { type: 'string' as const }])),
    'dry-run': { type: 'boolean' },
    preview: { type: 'boolean' },
    key: signingOptions.key,
    wait: { type: 'boolean' },
  },
  async run(invocation, context) {
    const asked = invocation.values['preview'] === true;
    const draft = { ...(await readDraft(invocation, context)), ...(asked && { preview: true }) };
    if (invocation.values['dry-run'] === true) return reportCheck(draft, context, `mend it, then: ${againLine(invocation.values)}`);
    const proposals = await context.proposals();
    const { vessel, namespace } = proposals;
    const id = await proposals.propose(draft, async (document) =>
      proveProposer(await personOf(context, invocation.values), { vessel, namespace, now: context.now() }, document),
    );
    const view = await reviewed(context, id);
    const { allowNetwork } = (await context.config()).policy;
    report(view, context, { source: againLine(invocation.values), allowNetwork });
    if (view.status === 'rejected') return EXIT.endedBadly;
    return invocation.values['wait'] === true ? reportOutcome(proposals, id, context) : EXIT.ok;
  },
};
