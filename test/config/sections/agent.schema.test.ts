import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { parse } from 'yaml';
import { z } from 'zod';
import { agentSchema } from '../../../src/config/sections/agent.schema.js';
import type { JanusConfig } from '../../../src/config/config.js';
import { explainKey } from '../../../src/config/yaml/explain.js';
import { missionFileSchema } from '../../../src/domain/thinking/playbook.schema.js';
import { loadFrom } from '../../support/vessel/configuration.js';
import { aFolder } from '../../support/folders.js';

const fileText = (path: string) => readFileSync(new URL(`../../../${path}`, import.meta.url), 'utf8');
const etc = (name: string) => fileText(`deploy/etc/${name}`);
const reference = parse(fileText('test/config/agent.reference.yaml')) as Readonly<Record<string, unknown>>;
const folder = aFolder();

/** "a.b" for every key that holds no further keys. */
function leaves(value: unknown, prefix = ''): { key: string; value: unknown }[] {
  if (typeof value !== 'object' || value === null || Array.isArray(value) || Object.keys(value).length === 0)
    return [{ key: prefix, value }];
  return Object.entries(value).flatMap(([key, inner]) => leaves(inner, prefix === '' ? key : `${prefix}.${key}`));
}

const isSection = (key: string) => explainKey(key).keys.length > 0;
/** The keys that have a meaning of their own; what is inside of a free-form value is part of it. */
const keys = [
  ...new Map(
    leaves(reference).map(({ key, value }) => {
      const parts = key.split('.');
      const depth = parts.findIndex((_, index) => !isSection(parts.slice(0, index + 1).join('.')));
      const own = parts.slice(0, depth + 1).join('.');
      return [own, { key: own, value: own === key ? value : at(reference, own) }] as const;
    }),
  ).values(),
];

function at(document: unknown, key: string): unknown {
  return key.split('.').reduce<unknown>((value, part) => (value as Record<string, unknown>)[part], document);
}

/** agent.yaml that says only this, in JSON, which is YAML. */
function saying(key: string, value: unknown): Record<string, unknown> {
  const section = key.split('.').reduceRight<unknown>((inner, part) => ({ [part]: inner }), value) as Record<string, unknown>;
  const base: Record<string, unknown> = { vessel_id: 'janus-test', sandbox: { policy_path: 'policy.json' } };
  return {
    ...base,
    ...section,
    ...(key.startsWith('sandbox.') && { sandbox: { policy_path: 'policy.json', ...(section['sandbox'] as object) } }),
  };
}

const load = (key: string, value: unknown): JanusConfig => loadFrom(folder, { agent: JSON.stringify(saying(key, value)) });

describe('the keys of agent.yaml (spec F1)', () => {
  const defaults = agentSchema.parse({ vessel_id: 'janus-in-balaur' });

  it('are all in their old places, with their old defaults', () => {
    const { cycle_interval_hours: hours, ...thinking } = agentSchema.parse(reference).thinking_cycle;
    // Its shell names the program that sandbox.shell_path gives one that names none.
    const tools = agentSchema.parse(reference).tools.map(({ command, ...tool }) => (tool.shell ? tool : { ...tool, command }));
    expect({ ...agentSchema.parse(reference), thinking_cycle: thinking, tools }).toEqual(defaults);
    expect(load('tools', reference['tools']).tools).toEqual(load('vessel_name', 'balaur').tools);
    expect([hours, defaults.thinking_cycle.cycle_interval_hours]).toEqual([1, undefined]);
  });

  it.each(keys)('$key is accepted alone, with its default', ({ key, value }) => {
    const isOwn = key === 'thinking_cycle.cycle_interval_hours' || key === 'tools';
    const expected = isOwn ? at(agentSchema.parse(reference), key) : at(defaults, key);
    expect(at(agentSchema.parse(saying(key, value)), key)).toEqual(expected);
  });

  it.each(keys)('$key is explained in words', ({ key }) => {
    expect(explainKey(key).meaning.length).toBeGreaterThan(5);
  });

  it('may be given in any order where their default is asked for', () => {
    expect(() => load('security.network.rate_limits', { requests_per_hour: 500, requests_per_minute: 30 })).not.toThrow();
  });
});

/** Something of the same kind that is not the default. */
function otherThan(key: string, value: unknown): unknown {
  if (typeof value === 'boolean') return !value;
  if (typeof value === 'number') return value + 1;
  if (key === 'approvals.signature') return 'off';
  if (key === 'approvals.self_approval') return 'allowed';
  if (key === 'approvals.model_operators') return ['claude'];
  if (key === 'approvals.rules') return [{ any_of: [{ group: 'trinity', approve: 2 }] }];
  if (key === 'operational_mode') return 'beta';
  if (key === 'llm.local.gpu') return 'off';
  if (key === 'llm.providers') return [{ name: 'local', base_url: 'http://127.0.0.1:1/v1', model: 'm', profile: 'llamacpp' }];
  if (key === 'monitoring.alert_on') return [];
  if (key === 'controls.rate_limits') return { log_rotate: { per_hour: 1 } };
  if (key === 'kill_switch.constitutional_violation_action') return 'alert';
  if (typeof value === 'string') return key === 'vessel_id' ? 'other' : `${value}-other`;
  if (key === 'tools') return [{ name: 'other', command: ['/bin/other'] }];
  if (Array.isArray(value)) return [...(value as unknown[]), key.endsWith('allowed_domains') ? 'other.example' : 'other'];
  return { ...(value as object), other: key === 'approvals.groups' ? ['x'] : 1 };
}

describe('a key that is set to something else (spec F1)', () => {
  const before = { ...load('vessel_name', 'balaur'), policyVersion: '' };

  it.each(keys.filter(({ key }) => key !== 'sandbox.policy_path'))(
    '$key changes the configuration, or is refused with the reason',
    ({ key, value }) => {
      const other = otherThan(key, value);
      const parsed = agentSchema.safeParse(saying(key, other));
      if (parsed.success) {
        const changed = JSON.stringify({ ...load(key, other), policyVersion: '' }) !== JSON.stringify(before);
        expect({ key, changed }).toEqual({ key, changed: true });
      } else {
        expect(parsed.error.issues.map(({ path }) => path.join('.'))).toEqual([key]);
        expect(parsed.error.issues[0]?.message).toMatch(
          /nothing runs without a decision|is always live|must not happen|expected "autonomous_agent"/,
        );
      }
    },
  );
});

describe('deploy/etc (spec D1)', () => {
  const agent = etc('agent.yaml').replace('/etc/janus/policy.json', 'policy.json');
  const config = loadFrom(folder, { agent, policy: etc('policy.json') });

  it('loads, and says nothing but the defaults, what its accounts may open, and what its playbook needs', () => {
    const { policyVersion: _a, agentFile: _b, ...shipped } = config;
    const { policyVersion: _c, agentFile: _d, ...defaults } = loadFrom(folder);
    const grant = { name: 'agent_logs', path: '/var/log/janus', writable: true };
    const tool = { ...defaults.tools[0], name: 'agent_logs', grants: ['agent_logs'], description: "Shell that sees the agent's log" };
    expect(shipped).toEqual({
      ...defaults,
      vesselId: 'janus-in-balaur',
      tools: [...defaults.tools, tool],
      allowedTools: [...defaults.allowedTools, 'agent_logs'],
      policy: { ...defaults.policy, grants: [grant] },
      audit: { ...defaults.audit, heads: { ...defaults.audit.heads, keyPath: '/srv/janus/audit/heads.key' } },
      sandbox: { ...defaults.sandbox, account: 'janus-hands' },
      // Where the agent cannot write: else no mission of it counts.
      paths: { ...defaults.paths, missionObjectives: '/etc/janus/mission_objectives.json' },
    });
  });

  it('allows tools that are in the registry', () => {
    const names = config.tools.map(({ name }) => name);
    expect(config.allowedTools.filter((name) => !names.includes(name))).toEqual([]);
  });

  it('has missions and a charter', () => {
    expect(missionFileSchema.parse(JSON.parse(etc('mission_objectives.json'))).missions.length).toBeGreaterThan(0);
    expect(z.string().min(100).parse(etc('charter.md'))).toContain('Principles');
  });
});
