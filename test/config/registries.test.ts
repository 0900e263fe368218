import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import type { JanusConfig } from '../../src/config/config.js';
import { describeProblem } from '../../src/config/yaml/problem.js';
import { registryProblems } from '../../src/config/registries.js';
import { aConfig } from '../cli/support/ubos.js';
import { aTool } from '../support/proposals/proposals.js';

const folder = mkdtempSync(join(tmpdir(), 'janus-registries-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function problems(playbooks: string | undefined, missions?: string, change: Partial<JanusConfig> = {}): string[] {
  const paths = { playbooks: join(folder, 'playbooks.json'), missionObjectives: join(folder, 'missions.json') };
  for (const [file, text] of [
    [paths.playbooks, playbooks],
    [paths.missionObjectives, missions],
  ] as const) {
    rmSync(file, { force: true });
    if (text !== undefined) writeFileSync(file, text);
  }
  const config = aConfig(change);
  return registryProblems({ ...config, paths: { ...config.paths, ...paths } }).map((problem) =>
    describeProblem(problem).replaceAll(`${folder}/`, ''),
  );
}

const playbook = (change: object = {}) => ({
  playbook_id: 'disk-001',
  name: 'Disk',
  trigger_conditions: { disk_usage_percent: '>80' },
  action_sequence: [{ tool: 'shell', command: 'df' }],
  ...change,
});
const file = (...playbooks: object[]) => JSON.stringify({ playbooks }, null, 1);

describe('registryProblems (spec F1)', () => {
  it('finds nothing wrong with sound files, nor with files that are not there', () => {
    expect(problems(file(playbook()), '{"missions": [{"id": "m", "title": "Mission"}]}')).toEqual([]);
    expect(problems(undefined)).toEqual([]);
  });

  it.each([
    ['a syntax error', '{"playbooks": [}', /^playbooks\.json:1: found something that is no value/],
    ['an unknown key', file(playbook({ cooldwon: '6h' })), /^playbooks\.json:15: playbooks\.0\.cooldwon: found .*cooldown/],
    [
      'an unknown metric',
      file(playbook({ trigger_conditions: { disk: '>80' } })),
      /^playbooks\.json:3: playbooks\.0: found "disk" is no metric/,
    ],
    [
      'a tool that is not registered',
      file(playbook(), playbook({ action_sequence: [{ tool: 'rm', command: 'rm' }] })),
      /playbooks\.1: found tool rm is not in the registry/,
    ],
  ])('names file, line and key of %s', (_, text, message) => {
    expect(problems(text)).toEqual([expect.stringMatching(message)]);
  });

  it('says what the constitution will refuse: a missing rollback, a risk below its floor (spec C6, P4)', () => {
    const change = {
      tools: [aTool({ grants: ['cache'] })],
      policy: { ...aConfig().policy, grants: [{ name: 'cache', path: '/srv/cache', writable: true }] },
    };
    const found = (more: object) => problems(file(playbook(more)), undefined, change);
    expect(found({})).toEqual([
      'playbooks.json:3: playbooks.0: found rollback_plan is empty at medium risk; what playbook disk-001 proposes is refused by rule rollback-plan (its risk is medium)',
      expect.stringContaining('rollback has no steps at medium risk'),
    ]);
    expect(found({ risk_level: 'low' })).toEqual([expect.stringContaining('refused by rule risk-floor')]);
    expect(found({ rollback_plan: 'put it back', rollback: [{ tool_name: 'shell', tool_args: ['id'] }] })).toEqual([]);
  });

  it('looks at the missions too', () => {
    expect(problems(undefined, '{"missions": [{"id": "M 1", "title": ""}]}')).toHaveLength(2);
  });
});
