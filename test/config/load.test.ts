import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { charter } from '../../src/domain/modes/settings.js';
import { loadConfig } from '../../src/config/load.js';
import { charterLimits } from '../../src/domain/action/limits.js';
import { errorOf, loadFrom, soundAgent } from '../support/vessel/configuration.js';
import { aFolder, fill } from '../support/folders.js';

const folder = aFolder();
const withAgent = (more: string) => ({ agent: soundAgent + more });

/** The error without the folder, which is another one in every run. */
function refusal(files: { agent?: string; policy?: string }): string[] {
  const error = errorOf(() => loadFrom(folder, files));
  expect(error).toMatchObject({ code: 'CONFIG_INVALID', next: 'mend the file, then: ubos config validate' });
  return error.message.replaceAll(`${folder}/`, '').split('\n');
}

describe('an error in agent.yaml or policy.json names file, line, key, what was found and what is allowed (spec F1)', () => {
  it.each([
    ['no vessel', { agent: 'sandbox: { policy_path: policy.json }\n' }, 'agent.yaml:1: vessel_id: found nothing; must be a text'],
    [
      'a vessel in capitals',
      { agent: soundAgent.replace('janus-test', 'Janus') },
      'agent.yaml:1: vessel_id: found "Janus"; lower-case letters',
    ],
    ['an unknown key', withAgent('harnes: {}\n'), 'agent.yaml:3: harnes: found an unknown key; did you mean harness?'],
    [
      'one in a section',
      withAgent('harness:\n  max_concurency: 2\n'),
      'agent.yaml:4: harness.max_concurency: found an unknown key; did you mean max_concurrency?',
    ],
    [
      'one far from all',
      withAgent('debug:\n  zzz: 2\n'),
      'agent.yaml:4: debug.zzz: found an unknown key; allowed are verbose_logging, trace_proposals, workflow_stacks, dry_run_mode',
    ],
    [
      'a wrong type',
      withAgent('harness:\n  max_concurrency: two\n'),
      'agent.yaml:4: harness.max_concurrency: found "two"; must be a number',
    ],
    ['too much', withAgent('harness: { max_concurrency: 65 }\n'), 'agent.yaml:3: harness.max_concurrency: found 65; must be at most 64'],
    ['too little', withAgent('harness: { tick_interval: 0.01 }\n'), 'agent.yaml:3: harness.tick_interval: found 0.01; must be at least'],
    [
      'a relative program',
      withAgent('tools:\n  - name: x\n    command: [x]\n'),
      'agent.yaml:5: tools.0.command: found ["x"]; the first element must be an absolute path',
    ],
    [
      'a tool twice',
      withAgent('tools:\n  - { name: x, command: [/bin/x] }\n  - { name: x, command: [/bin/y] }\n'),
      'agent.yaml:5: tools: found x twice; a tool has one entry',
    ],
    [
      'a grant that there is not',
      withAgent('tools:\n  - name: x\n    command: [/bin/x]\n    grants: [cache]\n'),
      'agent.yaml:6: tools.x.grants: found "cache"; one of intel_cache; others stand in grants of policy.json',
    ],
    [
      'a URL for a domain',
      withAgent('security: { network: { allowed_domains: ["https://x.org/"] } }\n'),
      'agent.yaml:3: security.network.allowed_domains.0: found "https://x.org/"; a host name',
    ],
    [
      'approval switched off',
      withAgent('approval_workflow: { enabled: false }\n'),
      'agent.yaml:3: approval_workflow.enabled: found false; nothing runs without a decision',
    ],
    [
      'a mode that there is not',
      withAgent('operational_mode: gamma\n'),
      'agent.yaml:3: operational_mode: found "gamma"; must be "alpha", "beta" or "omega"',
    ],
    [
      'both intervals',
      withAgent('thinking_cycle:\n  cycle_interval_hours: 1\n  cycle_interval_seconds: 60\n'),
      'agent.yaml:5: thinking_cycle.cycle_interval_seconds: found 60; cycle_interval_hours and cycle_interval_seconds are both given',
    ],
    ['a syntax error', withAgent('harness: {\n'), 'agent.yaml:4: found '],
    ['a quota above the charter', { policy: '{\n  "cpu_seconds": 301\n}' }, 'policy.json:2: cpu_seconds: found 301; must be at most 300'],
    [
      'an unknown quota',
      { policy: '{\n  "cpu_second": 1\n}' },
      'policy.json:2: cpu_second: found an unknown key; did you mean cpu_seconds?',
    ],
    ['a relative grant', { policy: '{"grants": {\n"a": {\n"path": "x"}}}' }, 'policy.json:3: grants.a.path: found "x"; must be absolute'],
    [
      'a grant beneath a writable one',
      { policy: '{"grants": {\n"a": {"path": "/srv/a/b/c"},\n"b": {"path": "/srv/a", "writable": true}}}' },
      'policy.json:2: grants.a.path: found "/srv/a/b/c"; not beneath the writable grant b',
    ],
    [
      'a grant with the name of the cache of oracles',
      { policy: '{"grants": {\n"intel_cache": {"path": "/srv/other"}}}' },
      'policy.json:2: grants: found intel_cache; another name: intel_cache stands for logging.intel_cache',
    ],
    [
      'the cache of oracles among the keys, where a tool may read it',
      withAgent('logging: { intel_cache: /srv/janus/keys }\ntools: [{ name: x, command: [/bin/x], grants: [intel_cache] }]\n'),
      'agent.yaml:3: logging.intel_cache: found "/srv/janus/keys"; a folder that has nothing to do with /srv/janus/keys',
    ],
    ['a grant of the keys', { policy: '{"grants": {"a": {"path": "/srv/janus"}}}' }, 'nothing to do with /srv/janus/keys'],
    [
      'a grant in the workspaces',
      { policy: '{"grants": {"a": {"path": "/srv/janus/workspaces/x"}}}' },
      'nothing to do with /srv/janus/work',
    ],
    [
      'a floor of risk that lowers the built-in one',
      { policy: '{"risk_floor":\n{"writable_grant": "low"}}' },
      'policy.json:2: risk_floor.writable_grant: found "low"; medium or high: this floor can be raised, not lowered',
    ],
    ['a writable grant of the rules', { policy: `{"grants": {"a": {"path": "${folder}", "writable": true}}}` }, 'nothing to do with'],
    ['a share of no CPU', { policy: '{\n  "cpu_quota_percent": 0\n}' }, 'policy.json:2: cpu_quota_percent: found 0; must be at least 5'],
    [
      'a hub beyond this machine that the allowlist does not name',
      withAgent('integrations: { comms_hub: { enabled: true,\n endpoint: "https://hub.example.org/comms" } }\n'),
      'agent.yaml:4: integrations.comms_hub.endpoint: found "https://hub.example.org/comms"; security.network.allowed_domains has to name hub.example.org',
    ],
    [
      'a hub whose way would be open to everybody',
      withAgent('integrations: { comms_hub: { enabled: true, endpoint: "http://hub.example.org/comms" } }\n'),
      'integrations.comms_hub.endpoint: found "http://hub.example.org/comms"; beyond this machine only https:// on its own port is asked',
    ],
    [
      'an alert that there is not',
      withAgent('monitoring: { alert_on: [watchdog_violation, emergency_stop] }\n'),
      'agent.yaml:3: monitoring.alert_on.1: found "emergency_stop"; one of watchdog_violation, constitutional_violation, resource_exhaustion,',
    ],
    ['broken JSON', { policy: '{\n"cpu_seconds": }' }, 'policy.json:2: found something that is no value'],
  ])('%s', (_, files, message) => {
    expect(refusal(files)).toEqual([expect.stringContaining(message)]);
  });

  it('lists every problem, each with its place', () => {
    expect(refusal(withAgent('debug: { x: 1 }\nharness: { tick_interval: no }\n'))).toHaveLength(2);
    expect(errorOf(() => loadFrom(folder, withAgent('debug: 7\n'))).details).toEqual({
      problems: [{ file: join(folder, 'agent.yaml'), line: 3, key: 'debug', found: '7', allowed: 'must be keys with their values' }],
    });
  });

  it('is one for a policy that is not there', () => {
    expect(refusal({ agent: 'vessel_id: x\nsandbox: { policy_path: none.json }\n' })).toEqual([
      'none.json:1: found no such file; the file must be readable',
    ]);
  });
});

describe('the configuration', () => {
  it('has a default for everything but the vessel', () => {
    expect(loadFrom(folder)).toMatchObject({
      host: 'box',
      operationalMode: 'alpha',
      harness: { concurrencyMax: 2, defaultTimeoutSeconds: 300, tickIntervalSeconds: 0.5 },
      modes: { settings: charter, recommenders: ['claude', 'gemini', 'codex'] },
      thinking: { enabled: true, intervalSeconds: 3_600, proposalsPerCycleMax: 3, pendingProposalsMax: 10, playbooksEnabled: true },
      cooldowns: { completedSeconds: 86_400, rejectedSeconds: 604_800 },
      approval: {
        timeoutSeconds: 86_400,
        onTimeout: 'expired',
        notificationScript: '/usr/local/bin/janus_notify.sh',
        groups: ['first_citizen', 'trinity'],
      },
      policy: { limits: { ...charterLimits, cpuPercent: 150, workspaceMb: 1_024 }, allowNetwork: false, grants: [] },
      paths: { state: '/srv/janus', ledger: '/srv/janus/ledger', keys: '/srv/janus/keys', emergencyStop: '/srv/janus/EMERGENCY_STOP' },
      alertOn: ['watchdog_violation', 'constitutional_violation', 'resource_exhaustion', 'repeated_failures'],
      ...{ restartOnFailure: true, traceProposals: false, workflowStacks: false, dryRun: false, verbose: false },
    });
  });

  it.each([
    ['hours', 'thinking_cycle: { cycle_interval_hours: 0.5 }', { thinking: { intervalSeconds: 1_800 } }],
    ['seconds', 'thinking_cycle: { cycle_interval_seconds: 90 }', { thinking: { intervalSeconds: 90 } }],
    ['no thinking', 'thinking_cycle: { enabled: false }', { thinking: { enabled: false } }],
    ['no playbooks', 'playbooks: { enabled: false }', { thinking: { playbooksEnabled: false } }],
    [
      'silence that rejects',
      'approval_workflow: { auto_reject_on_timeout: true, approval_timeout_hours: 0.5 }',
      { approval: { onTimeout: 'rejected', timeoutSeconds: 1_800 } },
    ],
    ['no notification', 'approval_workflow: { notification_enabled: false }', { approval: { notificationScript: undefined } }],
    ['a dry run', 'debug: { dry_run_mode: true, verbose_logging: true }', { dryRun: true, verbose: true }],
    [
      'cooldowns',
      'thinking_cycle: { repropose_cooldown_hours: 0, rejected_cooldown_hours: 2 }',
      { cooldowns: { completedSeconds: 0, rejectedSeconds: 7_200 } },
    ],
    ['a time-out', 'harness: { default_timeout_minutes: 0.5 }', { harness: { defaultTimeoutSeconds: 30 } }],
    [
      'a tool',
      'tools: [{ name: t, command: [/bin/t, -x], limits: { cpu_seconds: 3 }, reversible: false }]',
      {
        tools: [{ name: 't', command: ['/bin/t', '-x'], limits: { cpuSeconds: 3 }, reversible: false, shell: false, allowNetwork: false }],
      },
    ],
  ])('takes over %s', (_, agent, expected) => {
    expect(loadFrom(folder, withAgent(agent))).toMatchObject(expected);
  });

  it('takes quotas and grants from policy.json, and never widens the charter (spec X2, X3)', () => {
    const policy =
      '{"cpu_seconds": 7, "processes": 4096, "allow_network": true, "grants": {"cache": {"path": "/srv/cache", "writable": true}}, "minimum_tier": {"high": "cgroup-v2"}, "preview": {"high": true}, "risk_floor": {"writable_grant": "high"}}';
    expect(loadFrom(folder, { policy }).policy).toEqual({
      limits: { ...charterLimits, cpuSeconds: 7, cpuPercent: 150, workspaceMb: 1_024 },
      allowNetwork: true,
      grants: [{ name: 'cache', path: '/srv/cache', writable: true }],
      minimumTiers: { high: 'cgroup-v2' },
      riskFloor: { writableGrant: 'high', irreversible: 'medium', network: 'low' },
      preview: { high: true },
    });
  });

  it('reads relative paths from where agent.yaml lies (spec F1)', () => {
    const { paths } = loadFrom(folder, withAgent('logging: { mission_log: state/mission.jsonl, tool_log: ../tools.jsonl }\n'));
    expect(paths).toMatchObject({
      state: join(folder, 'state'),
      missionLog: join(folder, 'state/mission.jsonl'),
      toolLog: join(folder, '../tools.jsonl'),
    });
  });

  it('has a version that changes with what it says, and not with how it is written', () => {
    const version = (files: { agent?: string; policy?: string }) => loadFrom(folder, files).policyVersion;
    expect(version({})).toMatch(/^[0-9a-f]{16}$/);
    expect(version({ agent: `# words\n${soundAgent}debug: {}\nharness: { max_concurrency: 2 }\n` })).toBe(version({}));
    expect(version(withAgent('harness: { max_concurrency: 3 }'))).not.toBe(version({}));
    expect(version({ policy: '{"cpu_seconds": 299}' })).not.toBe(version({}));
  });

  it.each([
    ['Box.Example.org', 'box-example-org'],
    ['--x--', 'x'],
    ['***', 'host'],
    ['y'.repeat(80), 'y'.repeat(63)],
  ])('makes a host name that a queue can have of %s', (name, host) => {
    fill(folder, { 'agent.yaml': soundAgent, 'policy.json': '{}' });
    expect(loadConfig({ agentFile: join(folder, 'agent.yaml'), env: { JANUS_HOST: name }, cwd: folder }).host).toBe(host);
  });
});
