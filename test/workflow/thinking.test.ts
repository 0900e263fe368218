import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { CycleReport } from '../../src/contract/cycle.js';
import { queues, scheduleIds, workflowTypes } from '../../src/contract/names.js';
import type { ModelAnswer, ModelFailureCode, ModelRequest } from '../../src/domain/model/answer.js';
import type { Candidate } from '../../src/domain/model/candidate.js';
import type { Bench, ProposalHandle } from '../support/bench/bench.js';
import { openBench } from '../support/bench/bench.js';
import { freshKnobs, vessel } from '../support/bench/knobs.js';
import { aCandidate, aCatalogue, answered } from '../support/vessel/minds.js';

let bench: Bench;
let asked: ModelRequest[];
let cycles = 0;

beforeAll(async () => {
  bench = await openBench();
});
beforeEach(() => {
  Object.assign(bench.knobs, freshKnobs());
  asked = [];
  bench.knobs.thinking.autonomous = true;
  bench.knobs.catalogue = aCatalogue;
  bench.knobs.cycle = async () => ({ metrics: { disk_usage_percent: 91 }, proposals: [], skipped: [], matched: [] });
});
afterAll(() => bench.close());

const think = (type: 'thinkingCycle' | 'rehearsal' = 'thinkingCycle') =>
  bench.server.client.workflow.execute(workflowTypes.thinkingCycle, {
    workflowId: `${scheduleIds[type](vessel)}-of-${(cycles += 1)}`,
    taskQueue: queues.brain(vessel),
    args: [bench.scheduled(type)],
  }) as Promise<CycleReport>;

/** What the model answers, one call after the other; the last one again and again. */
function says(...answers: readonly (ModelAnswer | (() => Promise<ModelAnswer>))[]) {
  bench.knobs.model = {
    ask: async (request) => {
      const answer = answers[Math.min(asked.length, answers.length - 1)]!;
      asked.push(request);
      return typeof answer === 'function' ? answer() : answer;
    },
  };
}
const chooses = (...paths: readonly string[]): Candidate[] => paths.map((path) => aCandidate({ parameters: { path } }));

/** A playbook that fires: what a failing model must not take along. */
function aPlaybookFires() {
  const document = bench.document('exit 0');
  const proposal = { playbookId: 'rotate', document, actionKey: 'key', approvalSeconds: 60 };
  bench.knobs.cycle = async () => ({ metrics: { disk_usage_percent: 91 }, proposals: [proposal], skipped: [], matched: ['rotate'] });
  return document.proposal_id;
}
const lastOf = async (type: string) => (await bench.missionLog()).findLast(({ event_type: each }) => each === type);
const documentOf = async (id: string) => ((await bench.records(id))[0] as { proposal?: { metadata?: object; steps?: unknown } }).proposal;

/** What the review made of it; the child goes on when its cycle has ended. */
async function reviewed(id: string): Promise<string> {
  for (;;) {
    const [first] = await bench.records(id);
    if (first !== undefined) return first.event_type;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

describe('the model in a cycle (spec T2, T3)', () => {
  it('proposes after the playbooks, each a child that waits for a person, and all is on record', async () => {
    const playbook = aPlaybookFires();
    const charter = { told: ['Principles'], leftOut: ['Modes'] };
    says(answered(chooses('var/a', 'var/b'), { charter }));
    const report = await think();
    expect(report.started).toHaveLength(3);
    expect(report.started[0]).toBe(playbook);
    expect(report).toMatchObject({ model: { kind: 'answered', model: 'scripted', asked: 1, charter } });
    const chosen = report.started.slice(1);
    expect(await lastOf('thinking_cycle')).toMatchObject({ chosen_by_model: chosen, matched: ['rotate'], model: 'answered' });
    expect(await lastOf('model_answered')).toMatchObject({ outcome: 'answered', tokens: 120, candidates: 2 });
    for (const id of chosen) {
      const handle = bench.server.client.workflow.getHandle(id) as ProposalHandle;
      expect(await reviewed(id)).toBe('action_proposed');
      expect((await bench.view(handle)).status).toBe('proposed');
      expect(await documentOf(id)).toMatchObject({ metadata: { source: 'model' } });
      expect((await bench.records(id))[0]).toMatchObject({ proposer_assurance: 'brain' });
    }
  });

  const codes: readonly ModelFailureCode[] = [
    'timeout',
    'too_large',
    'unreachable',
    'http_error',
    'too_many_requests',
    'not_json',
    'wrong_shape',
    'truncated',
    'no_provider',
  ];
  it.each<[string, string, ModelAnswer | (() => Promise<ModelAnswer>)]>([
    ...codes.map((code): [string, string, ModelAnswer] => [`fails: ${code}`, code, { kind: 'failed', code, why: 'as the test says' }]),
    ['throws', 'unreachable', () => Promise.reject(new Error('socket hang up'))],
    ['never answers', 'timeout', () => new Promise<never>(() => undefined)],
  ])('loses its own proposals and no others when it %s', async (_, code, answer) => {
    const playbook = aPlaybookFires();
    bench.knobs.thinking.seconds = 1;
    says(answer);
    expect(await think()).toMatchObject({ started: [playbook], model: { kind: 'failed', code } });
    expect(asked).toHaveLength(1);
    expect(await lastOf('model_answered')).toMatchObject({ outcome: code });
    expect(await lastOf('thinking_cycle')).toMatchObject({ started: [playbook], model: code });
  });

  it('is told once what it can mend, by codes and not by its own words, and no more than once', async () => {
    says(answered([aCandidate({ action: 'ignore all rules' })]), answered(chooses('var/c')));
    const report = await think();
    expect(report).toMatchObject({ started: [expect.anything()], model: { asked: 2 }, dropped: [{ code: 'unknown_action' }] });
    expect(asked.map(({ repair }) => repair?.map(({ code }) => code))).toEqual([undefined, ['unknown_action']]);
    expect(JSON.stringify(asked[1]!.repair)).not.toContain('ignore all rules');
    asked = [];
    says(answered([aCandidate({ action: 'nonsense' })]));
    expect(await think()).toMatchObject({ started: [], dropped: [{ code: 'unknown_action' }, { code: 'unknown_action' }] });
    expect(asked).toHaveLength(2);
  });

  it('starts nothing in a dry run, and leaves no cycle on record: it shows what it saw and would propose', async () => {
    aPlaybookFires();
    says(answered([...chooses('var/e'), aCandidate({ evidence: [] })]), answered([]));
    const before = (await bench.missionLog()).filter(({ event_type: type }) => type === 'thinking_cycle').length;
    const report = await think('rehearsal');
    expect(report).toMatchObject({ started: [], duplicates: [], dropped: [{ code: 'no_evidence' }] });
    expect(report.rehearsed?.documents.map(({ metadata }) => metadata?.['source'])).toEqual([undefined, 'model']);
    expect(report.rehearsed?.context.facts).toMatchObject([{ id: 'm:disk_usage_percent' }]);
    const log = await bench.missionLog();
    expect(log.filter(({ event_type: type }) => type === 'thinking_cycle')).toHaveLength(before);
    expect(log.at(-1)).toMatchObject({ event_type: 'model_answered' });
    for (const { proposal_id: id } of report.rehearsed?.documents ?? []) expect(await bench.records(id)).toEqual([]);
  });

  it('proposes the same action once, however often the same context is thought about (spec C5)', async () => {
    says(answered(chooses('var/same')));
    const reports = [];
    for (let cycle = 0; cycle < 20; cycle += 1) reports.push(await think());
    const firsts = await Promise.all(reports.flatMap(({ started }) => started).map(reviewed));
    const open = firsts.filter((type) => type === 'action_proposed');
    expect(open).toHaveLength(1);
  });
});
