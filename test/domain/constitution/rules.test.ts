import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { reviewProposal, rules } from '../../../src/domain/constitution/rules.js';
import type { ReviewContext } from '../../../src/domain/constitution/rules.js';
import type { ProposalDocument } from '../../../src/domain/action/proposal.schema.js';
import { aContext, aProposal, aTool } from '../../support/proposals/proposals.js';

const undo = { rollback_plan: 'put it back', rollback: [{ tool_name: 'shell', tool_args: ['true'] }] };

const writable: Partial<ReviewContext> = {
  tools: [aTool({ grants: ['cache'] }), aTool({ name: 'jq', command: ['/usr/bin/jq'], shell: false })],
  grants: [{ name: 'cache', path: '/srv/cache', writable: true }],
};

interface Case {
  name: string;
  change: Partial<ProposalDocument>;
  context?: Partial<ReviewContext>;
  broken: string[];
}

const cases: Case[] = [
  { name: 'a sound proposal', change: {}, broken: [] },
  { name: 'another vessel', change: { vessel_id: 'other' }, broken: ['vessel'] },
  { name: 'an action type of punctuation', change: { action_type: '--' }, broken: ['action-type'] },
  { name: 'system_config below high', change: { action_type: 'System Config' }, broken: ['risk-class'] },
  { name: 'network_config at medium', change: { action_type: 'network_config', risk_level: 'medium', ...undo }, broken: ['risk-class'] },
  { name: 'security_change at high', change: { action_type: 'securityChange', risk_level: 'high', ...undo }, broken: [] },
  { name: 'a rationale of 19 characters', change: { rationale: 'nineteen characters' }, broken: ['rationale'] },
  { name: 'a rationale of 20 characters', change: { rationale: 'twenty characters ok' }, broken: [] },
  { name: 'a rationale of padding', change: { rationale: 'aaaaaaaaaaaaaaaaaaaaaaaaaaaaa' }, broken: ['rationale'] },
  { name: 'a rationale of spaces', change: { rationale: ' '.repeat(60) }, broken: ['rationale'] },
  { name: 'low risk needs no rollback plan', change: { risk_level: 'low', rollback_plan: '' }, broken: [] },
  { name: 'medium risk needs both', change: { risk_level: 'medium' }, broken: ['rollback-plan', 'rollback-plan'] },
  { name: 'medium risk: prose is not enough', change: { risk_level: 'medium', rollback_plan: 'restore it' }, broken: ['rollback-plan'] },
  { name: 'high risk: steps are not enough', change: { risk_level: 'high', rollback: undo.rollback }, broken: ['rollback-plan'] },
  { name: 'high risk with both', change: { risk_level: 'high', ...undo }, broken: [] },
  { name: 'mission "Unknown"', change: { mission_context: ' Unknown ' }, broken: ['mission-context'] },
  { name: 'no mission', change: { mission_context: '' }, broken: ['mission-context'] },
  {
    name: 'more than the policy allows',
    change: { tool_kwargs: { limits: { memory_limit_mb: 512 } } },
    context: { limits: { ...aContext().limits, memoryMb: 256 } },
    broken: ['quota'],
  },
  { name: 'irreversible at low risk', change: {}, context: { tools: [aTool({ reversible: false })] }, broken: ['risk-floor'] },
  { name: 'a writable grant at low risk', change: {}, context: writable, broken: ['risk-floor'] },
  { name: 'a writable grant at medium risk', change: { risk_level: 'medium', ...undo }, context: writable, broken: [] },
  {
    name: 'a writable grant of a rollback step',
    change: { ...undo, tool_name: 'jq', tool_args: [] },
    context: writable,
    broken: ['risk-floor'],
  },
  {
    name: 'a writable grant where the policy says high',
    change: { risk_level: 'medium', ...undo },
    context: { ...writable, riskFloor: { writableGrant: 'high' } },
    broken: ['risk-floor'],
  },
  {
    name: 'the network at low risk where the policy says medium',
    change: { tool_name: 'curl', network_domains: ['github.com'] },
    context: { riskFloor: { network: 'medium' } },
    broken: ['risk-floor'],
  },
  { name: 'sudo in what is fed to a shell', change: { tool_kwargs: { stdin: 'id\nsudo id' } }, broken: ['privileged'] },
  { name: 'an unregistered tool', change: { tool_name: 'rm' }, broken: ['tool'] },
  { name: 'a tool that is not allowed', change: {}, context: { allowedTools: ['jq'] }, broken: ['tool'] },
  {
    name: 'a tool that is missing on the machine',
    change: {},
    context: { programs: { shell: { problem: 'does not exist' } } },
    broken: ['tool'],
  },
  {
    name: 'a grant that is not what its path says',
    change: {},
    context: { tools: [aTool({ grants: ['cache'] })], grantProblems: { cache: '/srv/cache leads through a link to /etc' } },
    broken: ['tool'],
  },
  { name: 'such a grant of another tool', change: {}, context: { grantProblems: { cache: 'x' } }, broken: [] },
  { name: 'sudo as a word of a script', change: { tool_args: ['sudo id'] }, broken: ['privileged'] },
  { name: 'sudo by its path', change: { tool_name: 'jq', tool_args: ['/usr/bin/sudo'] }, broken: ['privileged'] },
  { name: 'pkexec behind a separator', change: { tool_args: ['id;pkexec id'], risk_level: 'medium', ...undo }, broken: ['privileged'] },
  { name: 'doas after an equals sign', change: { tool_name: 'jq', tool_args: ['--x=doas'] }, broken: ['privileged'] },
  { name: 'a word that merely contains sudo', change: { tool_args: ['echo pseudocode'] }, broken: [] },
  {
    name: 'a registered tool that is su itself',
    change: { tool_name: 'jq', tool_args: [] },
    context: { tools: [aTool({ name: 'jq', command: ['/bin/su'], shell: false })] },
    broken: ['privileged'],
  },
  { name: 'path traversal', change: { tool_name: 'jq', tool_args: ['.', '../../etc/passwd'] }, broken: ['path-traversal'] },
  { name: 'a bare ..', change: { tool_name: 'jq', tool_args: ['..'] }, broken: ['path-traversal'] },
  { name: 'a newline', change: { tool_name: 'jq', tool_args: ['a\nb'] }, broken: ['control-character'] },
  { name: 'an escape character', change: { tool_name: 'jq', tool_args: ['\u001b[2J'] }, broken: ['control-character'] },
  { name: 'an over-long argument', change: { tool_name: 'jq', tool_args: ['x'.repeat(4_097)] }, broken: ['argument-length'] },
  { name: 'a shell with two arguments', change: { tool_args: ['echo', 'a'] }, broken: ['shell-script'] },
  { name: 'a pipe in a script at low risk', change: { tool_args: ['df | sort'] }, broken: ['shell-metacharacter'] },
  { name: 'a pipe in a script at medium risk', change: { tool_args: ['df | sort'], risk_level: 'medium', ...undo }, broken: [] },
  { name: 'a pipe for a tool that is no shell', change: { tool_name: 'jq', tool_args: ['.a | .b'] }, broken: [] },
  {
    name: 'an undeclared shell',
    change: { tool_args: ['df | sort'], risk_level: 'high', ...undo },
    context: { tools: [aTool({ shell: false })] },
    broken: ['shell-metacharacter'],
  },
  { name: 'sudo in a rollback step', change: { rollback: [{ tool_name: 'shell', tool_args: ['sudo id'] }] }, broken: ['privileged'] },
  { name: 'sudo in a probe', change: { probe: { tool_name: 'shell', tool_args: ['sudo id'] } }, broken: ['privileged'] },
  { name: 'an allowed domain', change: { tool_name: 'curl', network_domains: ['github.com'] }, broken: [] },
  { name: 'a subdomain by wildcard', change: { tool_name: 'curl', network_domains: ['api.example.org'] }, broken: [] },
  { name: 'the wildcard is not its own parent', change: { tool_name: 'curl', network_domains: ['example.org'] }, broken: ['network'] },
  { name: 'a look-alike suffix', change: { tool_name: 'curl', network_domains: ['evilgithub.com'] }, broken: ['network'] },
  { name: 'a tool without network', change: { network_domains: ['github.com'] }, broken: ['network'] },
  {
    name: 'the network where the policy has none',
    change: { tool_name: 'curl', network_domains: ['github.com'] },
    context: { allowNetwork: false },
    broken: ['network'],
  },
  ...['https://github.com', 'github.com:443', '10.0.0.1', 'GitHub.com', 'a.*.example.org'].map((domain) => ({
    name: `a domain that is none: ${domain}`,
    change: { tool_name: 'curl', network_domains: [domain] },
    context: { allowedDomains: [domain] },
    broken: ['network'],
  })),
  {
    name: 'a domain that the tool may reach',
    change: { tool_name: 'curl', network_domains: ['api.example.org'] },
    context: { tools: [aTool({ name: 'curl', shell: false, allowNetwork: true, domains: ['*.example.org'] })] },
    broken: [],
  },
  {
    name: 'a domain that another tool may reach',
    change: { tool_name: 'curl', network_domains: ['github.com'] },
    context: { tools: [aTool({ name: 'curl', shell: false, allowNetwork: true, domains: ['*.example.org'] })] },
    broken: ['network'],
  },
  { name: 'an expected file outside the workspace', change: { expect: { files_exist: ['/etc/passwd'] } }, broken: ['expectation-path'] },
  { name: 'an expected file that climbs', change: { expect: { files_absent: ['a/../../b'] } }, broken: ['expectation-path'] },
];

describe('reviewProposal (spec P4, C1, C2)', () => {
  it.each(cases)('$name', ({ change, context, broken }) => {
    expect(reviewProposal(aProposal(change), aContext(context)).map(({ rule }) => rule)).toEqual(broken);
  });

  it('lists every broken rule, not only the first', () => {
    const found = reviewProposal(
      aProposal({ mission_context: '', rationale: 'short', tool_name: 'jq', tool_args: ['..', 'a\tb'] }),
      aContext(),
    );
    expect(found.map(({ rule }) => rule)).toEqual(['rationale', 'mission-context', 'path-traversal', 'control-character']);
  });

  it('has a case that breaks each rule', () => {
    const covered = new Set([...cases.flatMap(({ broken }) => broken), 'mode']);
    expect(rules.map(({ id }) => id).filter((id) => !covered.has(id))).toEqual([]);
  });

  it('refuses a privileged program wherever it hides in a script (spec C4)', () => {
    const wrap = fc.constantFrom(
      (w: string) => w,
      (w: string) => `/sbin/${w}`,
      (w: string) => `env ${w} id`,
      (w: string) => `"${w}" id`,
      (w: string) => `x=$(${w})`,
    );
    fc.assert(
      fc.property(fc.constantFrom('sudo', 'su', 'doas', 'pkexec'), wrap, (program, inside) => {
        const change: Partial<ProposalDocument> = { tool_args: [inside(program)], risk_level: 'high', ...undo };
        expect(reviewProposal(aProposal(change), aContext()).map(({ rule }) => rule)).toContain('privileged');
      }),
    );
  });
});
