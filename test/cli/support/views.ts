import type { ListedProposal } from '../../../src/client/listing.js';
import type { ProposalView } from '../../../src/contract/messages.js';
import type { Effect } from '../../../src/domain/action/effect.js';
import { effectDigest } from '../../../src/domain/action/effect.js';
import { planDigest } from '../../../src/domain/action/digests.js';
import { planProposal } from '../../../src/domain/action/planning.js';
import { openTerms } from '../../../src/domain/approval/terms.js';
import type { ProposalDocument } from '../../../src/domain/action/proposal.schema.js';
import { parseProposal } from '../../../src/domain/action/proposal.schema.js';
import type { CommandResult } from '../../../src/domain/action/result.js';
import { aContext, aDocument, sha256 } from '../../support/proposals/proposals.js';

/** All tests of the command line happen at this moment. */
export const now = new Date('2026-01-02T12:00:00.000Z');
export const id = 'janus-0123456789ab';
export const otherId = 'janus-ba9876543210';

interface ViewChange extends Partial<Omit<ProposalView, 'document'>> {
  readonly document?: Partial<ProposalDocument>;
}

/** A waiting proposal, with the plan and the digest that its document gives. */
export function aView({ document: documentChange = {}, ...change }: ViewChange = {}): ProposalView {
  const document = aDocument(documentChange);
  const plan = planProposal(parseProposal(document), aContext(), openTerms('run_tests'));
  return {
    schema: 'ubos.proposal/v1',
    proposalId: document.proposal_id,
    firstRunId: '01234567-89ab-cdef-0123-456789abcdef',
    status: 'proposed',
    reason: 'waits for a decision',
    document,
    plan,
    digest: planDigest(sha256, plan),
    deadline: '2026-01-03T11:30:00.000Z',
    warnings: [],
    violations: [],
    decisions: [],
    messages: 0,
    results: [],
    rollbacks: [],
    ...change,
  };
}

const rollback = [{ tool_name: 'shell', tool_args: ['mv settings.ini.bak settings.ini'] }];

export const mediumRisk: Partial<ProposalDocument> = {
  action_type: 'settings_change',
  risk_level: 'medium',
  rollback_plan: 'The old settings.ini is put back from settings.ini.bak',
  tool_args: ['sed -i s/1024/4096/ settings.ini'],
  rollback,
};

export const highRisk: Partial<ProposalDocument> = { ...mediumRisk, action_type: 'system_config', risk_level: 'high' };

const output = (text: string) => ({ text, bytes: text.length, sha256: sha256(text), truncated: false });

export function aResult(change: Partial<CommandResult> & { readonly out?: string; readonly err?: string } = {}): CommandResult {
  const { out = '', err = '', ...rest } = change;
  return {
    reason: 'exit',
    exitCode: 0,
    signal: null,
    stdout: output(out),
    stderr: output(err),
    startedAt: '2026-01-02T11:59:00.000Z',
    endedAt: '2026-01-02T11:59:01.500Z',
    wallSeconds: 1.5,
    cpuSeconds: 0.2,
    peakMemoryMb: 8,
    bytesWritten: 0,
    connections: 0,
    files: [],
    ...rest,
  };
}

/** One that failed, was rolled back, and about which somebody came too late. */
export function rolledBackView(): ProposalView {
  const { deadline: _deadline, ...view } = aView({
    document: mediumRisk,
    status: 'rolled_back',
    reason: 'step 2 exited with 1',
    messages: 3,
    decisions: [
      { kind: 'extend', by: 'alice', at: '2026-01-02T11:00:00.000Z', code: 'ACCEPTED', why: '' },
      { kind: 'approve', by: 'alice', at: '2026-01-02T11:58:59.000Z', code: 'ACCEPTED', why: '', reason: 'seen in the lab' },
      { kind: 'reject', by: 'bob', at: '2026-01-02T11:59:10.000Z', code: 'LATE', why: 'already executing' },
    ],
    results: [aResult({ out: 'ok\n' }), aResult({ exitCode: 1, err: 'no such file\n', note: 'the second step' })],
    rollbacks: [{ tool: 'shell', ok: true, summary: 'exit 0' }],
  });
  return view;
}

export function listed(change: Partial<ListedProposal> = {}): ListedProposal {
  return {
    proposalId: id,
    status: 'proposed',
    riskLevel: 'low',
    actionType: 'disk_report',
    toolName: 'shell',
    source: 'person',
    deadline: '2026-01-03T11:30:00.000Z',
    startedAt: '2026-01-02T11:30:00.000Z',
    endedAt: null,
    needs: 'first_citizen',
    again: null,
    summary: 'The operator wants to know how full the disk is before the weekend.',
    ...change,
  };
}

export const listing: readonly ListedProposal[] = [
  listed({
    proposalId: otherId,
    riskLevel: 'medium',
    actionType: 'log_rotate',
    deadline: '2026-01-02T12:41:00.000Z',
    source: 'thinking_cycle',
    needs: 'first_citizen 0 of 1 (missing: ana), or trinity 1 of 2 (missing: claude, codex)',
  }),
  listed(),
  listed({
    proposalId: 'janus-77e0c1a2b3d4',
    riskLevel: 'high',
    actionType: 'network_config_of_the_whole_vessel',
    toolName: 'nft',
    needs: 'trinity 1 of 2 (missing: claude, codex)',
    summary: '',
  }),
];

/** Two previews agreed, so their effect is a part of what is approved. */
export function previewedView(change: Partial<Effect> = {}): ProposalView {
  const effect: Effect = {
    changes: [
      {
        root: '/workspace',
        path: 'report.txt',
        change: 'created',
        kind: 'file',
        mode: 0o644,
        size: 6,
        sha256: 'ab'.repeat(32),
        diff: '+hello',
      },
      { root: '/workspace', path: 'old', change: 'deleted', kind: 'link', mode: 0o777, size: 0, target: '/etc/passwd' },
    ],
    omitted: 0,
    incomplete: [],
    steps: [{ tool: 'shell', reason: 'exit', exitCode: 0, problems: [], attemptedConnections: { elsewhere: 1, unanswered: 4, inside: 0 } }],
    rollback: {
      steps: [
        { tool: 'shell', reason: 'exit', exitCode: 0, problems: [], attemptedConnections: { elsewhere: 0, unanswered: 0, inside: 0 } },
      ],
      equal: true,
      left: [],
    },
    ...change,
  };
  const digest = effectDigest(sha256, effect);
  const view = aView();
  if (view.plan === undefined) throw new TypeError('a view has a plan');
  const plan = { ...view.plan, effect: digest };
  return {
    ...view,
    plan,
    digest: planDigest(sha256, plan),
    preview: { bound: true, report: { state: 'previewed', effect, effectDigest: digest, runs: 2, agreed: true } },
  };
}
