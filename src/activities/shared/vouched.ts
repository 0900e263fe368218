import type { Vouched } from '../../contract/cycle.js';
import type { AskingRun } from '../../domain/approval/own-word.js';
import type { OwnWord, Speaking } from './own-word.js';
import { isOwnFound, signFound } from './own-word.js';

/** The steps of a thinking cycle that find something out: what was signed as one is not taken for another. */
type FindingStep = 'gathered' | 'plan' | 'answer' | 'verified';

/** As it comes out of JSON: that is what is signed, and what arrives. */
export function vouched<Found>(own: Speaking, run: AskingRun, step: FindingStep, found: Found): Vouched<Found> {
  return { found, signature: signFound(own, run, { step, found }) };
}

/** Whether this vessel found it out, at this step and for this run. Takes anything. */
export function isOwnVouched(own: OwnWord, run: AskingRun, step: FindingStep, said: unknown): boolean {
  const { found, signature } = (said ?? {}) as Partial<Vouched<unknown>>;
  return isOwnFound(own, run, { step, found }, signature);
}
