import { ApplicationFailure } from '@temporalio/common';
import type { CyclePlan, Gathered, MindActivities } from '../../contract/cycle.js';
import type { AskingRun } from '../../domain/approval/own-word.js';
import { isOwnVouched, vouched } from '../shared/vouched.js';
import type { AskDependencies } from './ask-model.js';
import { askOnce } from './ask-model.js';
import type { LookUpDependencies } from './look-up.js';
import { lookUp } from './look-up.js';
import type { VerifyDependencies } from './verify-answer.js';
import { verifyAnswer } from './verify-answer.js';
import { vouchFor } from './vouching.js';

export interface MindDependencies extends AskDependencies, VerifyDependencies, LookUpDependencies {
  /** Metrics, missions, what happened lately: each part that cannot be read is missing. */
  readonly gather: () => Promise<Gathered>;
  readonly planner: { plan(gathered: Gathered): Promise<CyclePlan> };
}

const notOwn = (what: string) => ApplicationFailure.nonRetryable(`this vessel did not sign ${what} for this run`, 'NotOwn');

/**
 * Reads and plans; whoever calls it gets a plan, and nothing has happened. It signs what it found for the run that asked, and each step takes only
 * what was signed so: nobody makes the vessel vouch for a proposal by answering in the model's place.
 */
export function createMindActivities(deps: MindDependencies): MindActivities {
  const own = deps.vouching;
  const mustBeOwn = (run: AskingRun, step: Parameters<typeof vouched>[2], said: unknown) => {
    if (!isOwnVouched(own, run, step, said)) throw notOwn(step);
  };
  return {
    gather: async ({ run }) => vouched(own, run, 'gathered', await deps.gather()),
    async matchPlaybooks({ run, gathered }) {
      mustBeOwn(run, 'gathered', gathered);
      const { proposals, ...rest } = await deps.planner.plan(gathered.found);
      const proven = proposals.map((proposal) => ({ ...proposal, proof: vouchFor(own, proposal.document) }));
      return vouched(own, run, 'plan', { ...rest, proposals: proven });
    },
    async lookUp(request) {
      mustBeOwn(request.run, 'gathered', request.gathered);
      return vouched(own, request.run, 'gathered', await lookUp(deps, request));
    },
    async askModel(request) {
      const { run, gathered, before } = request;
      mustBeOwn(run, 'gathered', gathered);
      if (before !== undefined) mustBeOwn(run, 'verified', before);
      return vouched(own, run, 'answer', await askOnce(deps, request));
    },
    async verifyAnswer({ run, gathered, plan, answer, before }) {
      mustBeOwn(run, 'gathered', gathered);
      mustBeOwn(run, 'plan', plan);
      mustBeOwn(run, 'answer', answer);
      if (before !== undefined) mustBeOwn(run, 'verified', before);
      const room = plan.found.room - (before?.found.proposals.length ?? 0);
      const verified = await verifyAnswer(deps, { gathered: gathered.found, answer: answer.found, room, before: before?.found });
      const proposals = verified.proposals.map((proposal) => ({ ...proposal, proof: vouchFor(own, proposal.document) }));
      return vouched(own, run, 'verified', { ...verified, proposals });
    },
  };
}
