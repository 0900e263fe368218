import { describe, expect, it } from '@jest/globals';
import { securityPolicy } from '../../src/config/security-policy.js';
import type { JanusConfig } from '../../src/config/config.js';
import type { CatalogueEntry } from '../../src/domain/model/catalogue.js';
import { comparePolicies, differenceText } from '../../src/domain/policy/rule.js';
import { aConfig } from '../cli/support/ubos.js';
import { aTool } from '../support/proposals/proposals.js';

const none = { allowed: undefined, revoked: undefined };
const [ana, bo] = ['AAAAC3NzaC1lZDI1NTE5AAAAIJ0', 'AAAAC3NzaC1lZDI1NTE5AAAAIJ1'].map((key) => key.padEnd(68, 'A'));
const signers = (...lines: string[]) => ({ allowed: lines.join('\n'), revoked: undefined });
const line = (name: string, key: string | undefined) => `${name} namespaces="janus-approval@v1" ssh-ed25519 ${key}`;
const base = aConfig();

function changed(
  change: Partial<JanusConfig>,
  [before, after] = [none, none] as [typeof none | ReturnType<typeof signers>, typeof none | ReturnType<typeof signers>],
) {
  return comparePolicies(securityPolicy(base, before), securityPolicy({ ...base, ...change }, after)).map(
    (difference) => `${difference.effect} ${differenceText(difference)}`,
  );
}

describe('what makes a security policy looser (spec C7)', () => {
  const rules = [{ actionTypes: ['restart'], requirement: { group: 'trinity', approve: 1 } }];
  const groups = { first_citizen: ['first_citizen'], trinity: ['claude', 'gemini', 'codex'] };
  it.each<[string, Partial<JanusConfig>, readonly string[]]>([
    ['nothing', {}, []],
    ['a tool more', { tools: [...base.tools, { ...aTool(), name: 'curl' }] }, ['looser tools: + curl']],
    [
      'a tool that may use the network',
      { tools: [{ ...aTool(), allowNetwork: true }] },
      ['looser tools.shell.allow_network: false -> true'],
    ],
    ['a grant of a tool', { tools: [{ ...aTool(), grants: ['logs'] }] }, ['looser tools.shell.grants: + logs']],
    [
      'a limit of a tool',
      { tools: [{ ...aTool(), limits: { wallSeconds: 5 } }] },
      ['stricter tools.shell.limits.wallSeconds: no bound -> 5'],
    ],
    ['a domain', { allowedDomains: ['api.example.org'] }, ['looser security.network.allowed_domains: + api.example.org']],
    [
      'a grant that may be written',
      { policy: { ...base.policy, grants: [{ name: 'logs', path: '/var/log', writable: true }] } },
      ['looser policy.grants.logs: + /var/log to write'],
    ],
    [
      'less memory, more processes',
      { policy: { ...base.policy, limits: { ...base.policy.limits, memoryMb: 512, processes: 128 } } },
      ['stricter policy.limits.memoryMb: 4096 -> 512', 'looser policy.limits.processes: 64 -> 128'],
    ],
    [
      'a lower floor',
      { policy: { ...base.policy, riskFloor: { ...base.policy.riskFloor, network: 'high' } } },
      ['stricter policy.risk_floor.network: low -> high'],
    ],
    [
      'a higher tier',
      { policy: { ...base.policy, minimumTiers: { high: 'cgroup-v2' } } },
      ['stricter policy.minimum_tier.high: rlimit -> cgroup-v2'],
    ],
    [
      'a group member',
      { approvals: { ...base.approvals, groups: { ...base.approvals.groups, first_citizen: ['first_citizen', 'mallory'] } } },
      ['looser approvals.groups.first_citizen: + mallory'],
    ],
    [
      'approving oneself',
      { approvals: { ...base.approvals, selfApproval: 'allowed' } },
      ['looser approvals.self_approval: forbidden -> allowed'],
    ],
    ['more at once', { harness: { ...base.harness, concurrencyMax: 8 } }, ['looser harness.max_concurrency: 4 -> 8']],
    [
      'a breach that only alerts',
      { controls: { ...base.controls, killSwitch: { ...base.controls.killSwitch, violationAction: 'alert' } } },
      ['looser kill_switch.constitutional_violation_action: immediate_stop -> alert'],
    ],
    [
      'a rollback under a stop',
      { controls: { ...base.controls, killSwitch: { ...base.controls.killSwitch, rollback: 'run' } } },
      ['looser kill_switch.rollback: wait -> run'],
    ],
    [
      'a model beyond this machine',
      { llm: { ...base.llm, allowedDomains: ['api.example.org'] } },
      ['looser llm.allowed_domains: + api.example.org'],
    ],
    [
      'oracles, and one asked more often',
      {
        oracles: {
          ...base.oracles,
          enabled: true,
          dailyMax: { ...base.oracles.dailyMax, groq: base.oracles.dailyMax.groq + 1 },
        },
      },
      [
        `looser integrations.oracle_trinity.daily_lookups.groq: ${base.oracles.dailyMax.groq} -> ${base.oracles.dailyMax.groq + 1}`,
        'looser integrations.oracle_trinity.enabled: false -> true',
      ],
    ],
    [
      'more days of alpha',
      { modes: { ...base.modes, settings: { ...base.modes.settings, alphaDays: 60 } } },
      ['stricter modes.alphaDays: 30 -> 60'],
    ],
    ['a voice less', { modes: { ...base.modes, recommenders: ['claude', 'gemini'] } }, ['looser modes.recommenders: - codex']],
    [
      'a rate limit',
      { controls: { ...base.controls, rateLimits: { '*': { perHour: 9 } } } },
      ['stricter controls.rate_limits.*.per_hour: no bound -> 9'],
    ],
  ])('%s', (_, change, differences) => {
    expect(changed(change)).toEqual(differences);
  });

  describe('of what a model may choose', () => {
    const entry: CatalogueEntry = {
      ...{
        id: 'rotate',
        actionType: 'maintenance',
        description: 'Rotates the logs.',
        rollbackPlan: '',
        networkDomains: [],
        risk: 'medium',
      },
      parameters: [{ name: 'keep', description: 'How many stay.', shape: { kind: 'integer', min: 1, max: 9 } }],
      steps: [{ tool_name: 'shell', tool_args: ['rotate', '{keep}'] }],
      rollback: [{ tool_name: 'shell', tool_args: ['unrotate'] }],
    };
    const policyOf = (...catalogue: readonly CatalogueEntry[]) => securityPolicy({ ...base, catalogue }, none);
    const becomes = (before: readonly CatalogueEntry[], after: readonly CatalogueEntry[]) =>
      comparePolicies(policyOf(...before), policyOf(...after)).map(({ effect, key }) => `${effect} ${key}`);

    it('an entry more is looser, one less is stricter, and its parts are not said again', () => {
      expect(becomes([], [entry])).toEqual(['looser catalogue']);
      expect(becomes([entry], [])).toEqual(['stricter catalogue']);
    });

    it.each<[string, Partial<CatalogueEntry>, readonly string[]]>([
      ['other words for people', { description: 'Other words.', rollbackPlan: 'Other words.' }, []],
      ['another type of action', { actionType: 'deployment' }, ['looser catalogue.rotate.action_type']],
      ['another command', { steps: [{ tool_name: 'shell', tool_args: ['erase'] }] }, ['looser catalogue.rotate.steps']],
      ['another rollback', { rollback: [] }, ['looser catalogue.rotate.rollback']],
      [
        'a wider parameter',
        { parameters: [{ name: 'keep', description: '', shape: { kind: 'integer', min: 0, max: 9 } }] },
        ['looser catalogue.rotate.parameters'],
      ],
      ['a domain', { networkDomains: ['api.example.org'] }, ['looser catalogue.rotate.network_domains']],
      ['a lower risk', { risk: 'low' }, ['looser catalogue.rotate.risk_level']],
      ['a higher risk', { risk: 'high' }, ['stricter catalogue.rotate.risk_level']],
    ])('%s', (_, change, differences) => {
      expect(becomes([entry], [{ ...entry, ...change }])).toEqual(differences);
    });
  });

  it('a rule for one type of action is compared with what held for every other', () => {
    const named = changed({ approvals: { ...base.approvals, groups, rules } });
    expect(named.filter((each) => each.includes('.restart.requirement'))).toHaveLength(3);
    expect(named.every((each) => !each.includes('.*.requirement') || each.startsWith('stricter'))).toBe(true);
  });

  it('a new key is looser, one that is gone or revoked is stricter', () => {
    const both = signers(line('ana', ana), line('bo', bo));
    expect(changed({}, [none, signers(line('ana', ana))])).toEqual([
      expect.stringMatching(/^looser keys\.ana: \+ SHA256:\S+ for janus-approval@v1$/),
    ]);
    expect(changed({}, [both, signers(line('ana', ana))])).toEqual([expect.stringMatching(/^stricter keys\.bo: - /)]);
    expect(changed({}, [both, { ...both, revoked: `ssh-ed25519 ${bo}` } as never])).toEqual([
      expect.stringMatching(/^stricter keys\.bo: - /),
    ]);
  });
});
