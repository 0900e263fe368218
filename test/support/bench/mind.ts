import { join } from 'node:path';
import type { BrainDependencies } from '../../../src/activities/brain/dependencies.js';
import { createMindActivities } from '../../../src/activities/mind/create-mind-activities.js';
import type { KeyFiles } from '../../../src/adapters/permit/key-pair.js';
import { createKeptAnswers } from '../../../src/adapters/tickets/kept-answers.js';
import type { CyclePlan, MindActivities } from '../../../src/contract/cycle.js';
import { parseProposal } from '../../../src/domain/action/proposal.schema.js';
import { createOracleCalls } from '../../../src/domain/oracles/calls.js';
import type { OracleAnswer } from '../../../src/domain/oracles/oracle.js';
import type { ModelAnswer } from '../../../src/domain/model/answer.js';
import { reviewProposal } from '../../../src/domain/constitution/rules.js';
import { contextOf, metricFacts } from '../../../src/domain/thinking/facts.js';
import type { ModelLimits } from '../../../src/domain/thinking/model-calls.js';
import { aContext, sha256 } from '../proposals/proposals.js';
import { benchOwn } from './books.js';
import type { Knobs } from './knobs.js';
import { vessel } from './knobs.js';

export const generousLimits: ModelLimits = {
  dailyCallsMax: 100_000,
  dailyTokensMax: 1_000_000_000,
  tokensPerCall: 1_000,
  breaker: { failures: 100_000, openHours: 1 },
};

/** What the brain knows of it. */
export const benchThinking = (knobs: Knobs, calls: BrainDependencies['thinking']['calls']): BrainDependencies['thinking'] => ({
  get autonomous() {
    return knobs.thinking.autonomous;
  },
  get seconds() {
    return knobs.thinking.seconds;
  },
  limits: generousLimits,
  lookups: { dailyMax: { groq: 1_000, wolfram: 1_000, datacommons: 1_000 }, perCycleMax: 4, seconds: 5, calls: createOracleCalls() },
  calls,
});

interface BenchMind {
  readonly folder: string;
  readonly keys: KeyFiles;
  readonly clock: { readonly now: () => Date };
  readonly knobs: Knobs;
}

/** The real activities of the mind; playbooks, host and model are what the test says. */
export function wireBenchMind({ folder, keys, clock, knobs }: BenchMind): MindActivities {
  let planned: CyclePlan = { proposals: [], skipped: [], room: 10 };
  let nonces = 0;
  const missions = [{ id: 'tidy', title: 'Keep tidy', objective: 'Disks have room', priority: 1 }];
  return createMindActivities({
    gather: async () => {
      const { metrics, idle, ...rest } = await knobs.cycle();
      planned = { room: 10, ...rest, ...(idle !== undefined && { idle }) };
      const facts = [...metricFacts(metrics), ...knobs.outside];
      const context = contextOf(sha256, { vesselId: vessel, takenAt: '2026-01-02T03:04:05.000Z', mode: 'alpha', missions, facts });
      return {
        context,
        metrics,
        choices: knobs.catalogue.entries.length,
        reached: knobs.reached,
        lookups: knobs.lookups,
        ...(idle !== undefined && { idle }),
      };
    },
    planner: { plan: async () => planned },
    model: { ask: (request, signal) => knobs.model.ask(request, signal) },
    catalogue: async () => knobs.catalogue,
    kept: createKeptAnswers<ModelAnswer>(join(folder, 'mind'), () => new Date()),
    oracles: {
      ask: (lookup, signal) => knobs.oracle(lookup, signal),
      kept: createKeptAnswers<OracleAnswer>(join(folder, 'mind'), () => new Date()),
    },
    parse: parseProposal,
    review: async () => (proposal) => reviewProposal(proposal, aContext(knobs.rules)).map(({ message }) => message),
    approvalSeconds: 60,
    proposalsMax: 3,
    nonce: () => String((nonces += 1)).padStart(32, '0'),
    vouching: { ...benchOwn(keys), sha256, now: clock.now },
  });
}
