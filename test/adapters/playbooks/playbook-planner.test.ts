import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { PlannerSettings } from '../../../src/adapters/playbooks/playbook-planner.js';
import { createPlaybookPlanner } from '../../../src/adapters/playbooks/playbook-planner.js';
import { readMissions, readPlaybooks } from '../../../src/adapters/playbooks/read-registries.js';
import type { Metrics } from '../../../src/domain/thinking/metrics.js';
import { createStreaks } from '../../../src/domain/thinking/streaks.js';
import { actionKey } from '../../../src/domain/action/digests.js';
import { parseProposal } from '../../../src/domain/action/proposal.schema.js';
import { useFolders } from '../../support/folders.js';
import { aRecord } from '../../support/trail/records.js';
import { aTool, sha256 } from '../../support/proposals/proposals.js';

const folder = useFolders();
const tools = [aTool(), aTool({ name: 'jq', command: ['/usr/bin/jq'], shell: false })];
const rules = { tools, grants: [] };
const now = new Date('2026-01-02T03:04:05.678Z');

function aPlaybook(id: string, change: Readonly<Record<string, unknown>> = {}): Record<string, unknown> {
  return {
    playbook_id: id,
    name: `Report of ${id}`,
    trigger_conditions: { disk_usage_percent: '>80' },
    action_sequence: [{ tool: 'shell', command: 'df -h' }],
    ...change,
  };
}

describe('the playbook planner (spec T2, T6)', () => {
  let here: string;
  const playbooks = (...entries: unknown[]) => writeFileSync(join(here, 'playbooks.json'), JSON.stringify({ playbooks: entries }));
  const full: Metrics = { disk_usage_percent: 90, pending_approvals: 0 };
  const planner = (change: Partial<PlannerSettings> = {}, metrics: Metrics = full) => {
    const made = createPlaybookPlanner({
      vesselId: 'janus-test',
      playbooksFile: join(here, 'playbooks.json'),
      missions: () => readMissions(join(here, 'missions.json')),
      rules,
      enabled: true,
      proposalsMax: 3,
      pendingMax: 10,
      approvalSeconds: 86_400,
      now: () => now,
      runs: () => [],
      streaks: () => new Map(),
      conflict: () => undefined,
      ...change,
    });
    return { plan: (now = metrics) => made.plan(now) };
  };
  beforeEach(() => {
    here = folder();
    playbooks(aPlaybook('one'), aPlaybook('two', { priority: 5 }));
  });

  it('goes on without missions that are refused, and says so', async () => {
    const refused = { playbookId: 'mission_objectives.json', why: 'refused: the agent itself may write it' };
    const plan = await planner({ missionsRefused: async () => refused, missions: async () => undefined }).plan();
    expect(plan.proposals).toHaveLength(2);
    expect(plan.skipped).toEqual([refused]);
  });

  it('makes whole proposals, best first, each with an id of its own', async () => {
    const plan = await planner().plan();
    expect(plan.proposals.map(({ playbookId }) => playbookId)).toEqual(['two', 'one']);
    for (const { document, actionKey: key, approvalSeconds } of plan.proposals) {
      const proposal = parseProposal(document);
      expect(actionKey(sha256, proposal)).toBe(key);
      expect(approvalSeconds).toBe(86_400);
      expect(proposal.rationale).toContain('disk_usage_percent is 90 (>80)');
    }
    const ids = [...plan.proposals, ...(await planner().plan()).proposals].map(({ document }) => document.proposal_id);
    expect(new Set(ids).size).toBe(4);
    expect(plan.skipped).toEqual([]);
  });

  it('names the mission that it serves, and does without the file', async () => {
    const context = async () => (await planner().plan()).proposals[0]!.document.mission_context;
    expect(await context()).toBe('Playbook two: Report of two');
    const missions = [
      { id: 'calm', title: 'Keep calm' },
      { id: 'tidy', title: 'Keep tidy', priority: 9 },
    ];
    writeFileSync(join(here, 'missions.json'), JSON.stringify({ missions }));
    expect(await context()).toBe('tidy: Keep tidy');
    writeFileSync(join(here, 'missions.json'), JSON.stringify({ missions, current: 'calm' }));
    expect(await context()).toBe('calm: Keep calm');
    writeFileSync(join(here, 'missions.json'), '{');
    expect(await context()).toBe('Playbook two: Report of two');
  });

  it.each([
    ['switched off', { enabled: false }, 'playbooks.enabled is false'],
    ['too much waits', { pendingMax: 4 }, '4 proposals wait already'],
    ['no file', { playbooksFile: '/no/such/file' }, '/no/such/file cannot be read: no such file'],
    ['a folder', { playbooksFile: '/' }, '/ cannot be read: a folder'],
  ])('is idle and says why: %s', async (_, change: Partial<PlannerSettings>, why) => {
    const plan = await planner(change, { disk_usage_percent: 90, pending_approvals: 4 }).plan();
    expect(plan).toMatchObject({ proposals: [], idle: expect.stringContaining(why) });
  });

  it.each([
    ['a key given twice', '{"playbooks": [],\n"playbooks": []}', ':2: playbooks: found the same key twice'],
    ['a number that would be another one', '{"playbooks": [1e400]}', ':1: playbooks.0: found 1e400'],
    ['bytes that are no text', Buffer.from([0x7b, 0xe9]), ':1: found bytes that are no UTF-8'],
  ])('takes nothing from a file that validate refuses: %s (spec F1)', async (_, content, why) => {
    writeFileSync(join(here, 'playbooks.json'), content);
    expect(await planner().plan()).toMatchObject({ proposals: [], idle: expect.stringContaining(why) });
  });

  it('takes a byte order mark off', async () => {
    writeFileSync(join(here, 'playbooks.json'), `\ufeff${JSON.stringify({ playbooks: [aPlaybook('one')] })}`);
    expect((await planner().plan()).proposals).toHaveLength(1);
  });

  it('proposes no more than may wait, and than one cycle may', async () => {
    playbooks(...['a', 'b', 'c', 'd', 'e'].map((id) => aPlaybook(id)));
    expect((await planner().plan()).proposals).toHaveLength(3);
    const plan = await planner({}, { disk_usage_percent: 90, pending_approvals: 8 }).plan();
    expect(plan.room).toBe(0);
    expect(plan.proposals.map(({ playbookId }) => playbookId)).toEqual(['a', 'b']);
    expect(plan.skipped).toContainEqual({ playbookId: 'c', why: 'only 2 proposals per cycle' });
  });

  it('counts cycles in a row, and begins anew when one did not match', async () => {
    playbooks(aPlaybook('patient', { for_cycles: 3 }));
    const counts: number[] = [];
    const streaks = createStreaks();
    for (const disk of [90, 90, 90, 50, 90, 90, 90]) {
      // Each cycle in a worker of its own: what counts is on record.
      const plan = await planner({ streaks: () => streaks.snapshot() }, { disk_usage_percent: disk }).plan();
      counts.push(plan.proposals.length);
      streaks.apply(aRecord(counts.length, 'thinking_cycle', { matched: plan.matched }));
    }
    expect(counts).toEqual([0, 0, 1, 0, 0, 0, 1]);
  });

  it('proposes nothing from a metric that could not be measured', async () => {
    const plan = await planner({}, { disk_usage_percent: null }).plan();
    expect(plan.proposals).toEqual([]);
    expect(plan.skipped.map(({ why }) => why)).toEqual(['metric_unavailable', 'metric_unavailable']);
  });

  it('leaves out what may not be proposed again yet, and says why (spec C5)', async () => {
    const conflict = () => 'the same action is in flight as janus-0123456789ab';
    const plan = await planner({ conflict }).plan();
    expect(plan.proposals).toEqual([]);
    expect(plan.skipped.map(({ why }) => why)).toEqual([conflict(), conflict()]);
  });

  it('reads the file afresh for each cycle', async () => {
    const one = planner();
    expect((await one.plan()).proposals).toHaveLength(2);
    playbooks(aPlaybook('three'));
    expect((await one.plan()).proposals.map(({ playbookId }) => playbookId)).toEqual(['three']);
  });

  it.each([
    ['an unknown tool', { action_sequence: [{ tool: 'rm', command: 'x' }] }, 'tool rm is not in the registry'],
    ['an unknown metric', { trigger_conditions: { disk: '>80' } }, '"disk" is no metric'],
    ['no trigger', { trigger_conditions: {} }, 'it would always match'],
    ['an unknown key', { sudo: true }, 'sudo'],
    ['neither command nor args', { action_sequence: [{ tool: 'shell' }] }, 'either command or args'],
    ['the id of another', { playbook_id: 'good' }, 'another playbook has this id'],
  ])('disables a playbook with %s, and that one alone', async (_, change: Readonly<Record<string, unknown>>, why) => {
    playbooks(aPlaybook('good'), aPlaybook('bad', change), aPlaybook('also-good'));
    const plan = await planner().plan();
    expect(plan.proposals.map(({ playbookId }) => playbookId)).toEqual(['good', 'also-good']);
    expect(plan.skipped).toEqual([{ playbookId: change['playbook_id'] ?? 'bad', why: expect.stringContaining(why) }]);
  });

  it('takes any file: what is no playbook disables itself', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(
          fc.json(),
          fc.string(),
          fc.array(fc.jsonValue()).map((each) => JSON.stringify({ playbooks: each })),
        ),
        async (text) => {
          writeFileSync(join(here, 'playbooks.json'), text);
          const registry = await readPlaybooks(join(here, 'playbooks.json'), rules);
          expect(registry.playbooks).toEqual([]);
          expect(registry.idle ?? registry.disabled).toBeDefined();
        },
      ),
      { numRuns: 60 },
    );
  });
});
