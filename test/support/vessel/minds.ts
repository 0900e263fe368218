import { join } from 'node:path';
import type { MindDependencies } from '../../../src/activities/mind/create-mind-activities.js';
import { createMindActivities } from '../../../src/activities/mind/create-mind-activities.js';
import type { Speaking } from '../../../src/activities/shared/own-word.js';
import { createKeptAnswers } from '../../../src/adapters/tickets/kept-answers.js';
import type { CyclePlan } from '../../../src/contract/cycle.js';
import { parseProposal } from '../../../src/domain/action/proposal.schema.js';
import type { ModelAnswer, ModelAnswered } from '../../../src/domain/model/answer.js';
import type { Candidate } from '../../../src/domain/model/candidate.js';
import type { Catalogue } from '../../../src/domain/model/catalogue.js';
import type { Fact } from '../../../src/domain/model/context.js';
import type { Wanted } from '../../../src/domain/oracles/wanted.js';
import { contextOf } from '../../../src/domain/thinking/facts.js';
import { sha256 } from '../proposals/proposals.js';

/** One action with one parameter: what a model may choose in tests. */
export const aCatalogue: Catalogue = {
  digest: 'd'.repeat(64),
  entries: [
    {
      id: 'disk-report',
      actionType: 'disk_report',
      description: 'Says how full a folder is',
      parameters: [{ name: 'path', description: 'a folder', shape: { kind: 'text', form: 'path', lengthMax: 60 } }],
      steps: [{ tool_name: 'shell', tool_args: ['du -sh {path}'] }],
      rollback: [],
      rollbackPlan: '',
      networkDomains: [],
      risk: 'low',
    },
  ],
};

export const diskFact: Fact = { id: 'm:disk_usage_percent', text: 'disk_usage_percent is 91', value: 91, trust: 'own', source: 'metric' };

export function aCandidate(change: Partial<Candidate> = {}): Candidate {
  return {
    action: 'disk-report',
    parameters: { path: 'var/log' },
    missionId: 'tidy',
    rationale: 'The disk is filling up, so it helps to know where.',
    evidence: ['m:disk_usage_percent'],
    ...change,
  };
}

export function answered(candidates: readonly Candidate[], change: Partial<ModelAnswered> = {}): ModelAnswered {
  return {
    kind: 'answered',
    candidates,
    malformed: [],
    provider: 'test',
    model: 'scripted',
    promptDigest: 'e'.repeat(64),
    usage: { promptTokens: 100, outputTokens: 20 },
    milliseconds: 5,
    raw: '{}',
    ...change,
  };
}

const missions = [{ id: 'tidy', title: 'Keep tidy', objective: 'Disks have room', priority: 1 }];

interface MindChange extends Partial<Pick<MindDependencies, 'model' | 'review' | 'kept' | 'oracles' | 'proposalsMax' | 'catalogue'>> {
  readonly lookups?: readonly Wanted[];
  readonly plan?: Partial<CyclePlan>;
  readonly facts?: readonly Fact[];
}

/** The mind's real activities over what a test says that there is. */
export function aMind(
  folder: string,
  vouchers: Speaking['vouchers'],
  { plan, facts = [diskFact], lookups = [], ...change }: MindChange = {},
) {
  const own: Speaking = { self: { vessel: 'janus-test', namespace: 'default' }, vouchers };
  const now = () => new Date('2026-01-02T03:04:05.678Z');
  const context = contextOf(sha256, { vesselId: 'janus-test', takenAt: now().toISOString(), mode: 'alpha', missions, facts });
  let nonces = 0;
  const mind = createMindActivities({
    gather: async () => ({ context, metrics: { disk_usage_percent: 91 }, choices: aCatalogue.entries.length, reached: [], lookups }),
    planner: { plan: async () => ({ proposals: [], skipped: [], room: 10, ...plan }) },
    model: { ask: async () => answered([aCandidate()]) },
    catalogue: async () => aCatalogue,
    kept: createKeptAnswers<ModelAnswer>(join(folder, 'mind'), now),
    parse: parseProposal,
    review: async () => () => [],
    approvalSeconds: 60,
    proposalsMax: 3,
    nonce: () => String((nonces += 1)).padStart(32, '0'),
    vouching: { ...own, sha256, now },
    ...change,
  });
  return { mind, own, run: { workflowId: 'janus-test-thinking-cycle-2026-01-02T03:00:00Z', firstRunId: 'r1' } };
}
