import { createHash } from 'node:crypto';
import type { ReviewContext } from '../../../src/domain/constitution/rules.js';
import { charterLimits } from '../../../src/domain/action/limits.js';
import type { ProposalDocument } from '../../../src/domain/action/proposal.schema.js';
import { parseProposal } from '../../../src/domain/action/proposal.schema.js';
import type { Proposal } from '../../../src/domain/action/proposal.js';
import type { Tool } from '../../../src/domain/action/tool.js';

export const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

/** A proposal that passes every rule; change what the test is about. */
export function aDocument(change: Partial<ProposalDocument> = {}): ProposalDocument {
  return {
    proposal_id: 'janus-0123456789ab',
    timestamp: '2026-01-02T03:04:05.678Z',
    vessel_id: 'janus-test',
    mission_context: 'Keep the vessel healthy',
    action_type: 'disk_report',
    rationale: 'The operator wants to know how full the disk is before the weekend.',
    expected_outcome: 'A table of file systems',
    risk_level: 'low',
    risk_mitigation: 'Reads only',
    rollback_plan: '',
    tool_name: 'shell',
    tool_args: ['df -h /workspace'],
    ...change,
  };
}

export function aProposal(change: Partial<ProposalDocument> = {}): Proposal {
  return parseProposal(aDocument(change));
}

export function aTool(change: Partial<Tool> = {}): Tool {
  return {
    name: 'shell',
    command: ['/bin/bash', '--noprofile', '--norc', '-c'],
    allowNetwork: false,
    description: 'a shell',
    shell: true,
    grants: [],
    domains: [],
    limits: {},
    reversible: true,
    ...change,
  };
}

export function aContext(change: Partial<ReviewContext> = {}): ReviewContext {
  return {
    vesselId: 'janus-test',
    mode: 'alpha',
    tools: [
      aTool(),
      aTool({ name: 'jq', command: ['/usr/bin/jq'], shell: false }),
      aTool({ name: 'curl', command: ['/usr/bin/curl', '-s'], shell: false, allowNetwork: true }),
    ],
    allowedTools: ['shell', 'jq', 'curl'],
    allowedDomains: ['github.com', '*.example.org'],
    allowNetwork: true,
    limits: charterLimits,
    defaultWallSeconds: 300,
    grants: [{ name: 'cache', path: '/srv/cache', writable: false }],
    grantProblems: {},
    programs: { shell: { path: '/usr/bin/bash' }, jq: { path: '/usr/bin/jq' }, curl: { path: '/usr/bin/curl' } },
    profile: 'test:0000000000000000',
    dryRun: false,
    ...change,
  };
}
