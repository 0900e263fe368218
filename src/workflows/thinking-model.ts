import { ActivityFailure, isCancellation, proxyActivities } from '@temporalio/workflow';
import type { RunIdentity, ScheduledInput } from '../contract/activities.js';
import type { CyclePlan, Gathered, MindActivities, ModelOutcome, ModelStep, Ticket, Verified, Vouched } from '../contract/cycle.js';
import { modelSteps } from '../contract/cycle.js';
import { queues } from '../contract/names.js';
import { recordAlways, thinking, untilRecorded } from './recording.js';

interface Thinking {
  readonly identity: RunIdentity;
  readonly input: ScheduledInput;
  readonly gathered: Vouched<Gathered>;
  readonly plan: Vouched<CyclePlan>;
}

interface Thought {
  readonly outcome?: ModelOutcome;
  /** Of the first answer, and of the second where there was one. */
  readonly verified: readonly Vouched<Verified>[];
}

/** So much longer than the answer itself may its activity take: for its file, and for a busy machine. */
const graceSeconds = 5;

const askingOf = ({ vessel }: ScheduledInput, { seconds, step }: Ticket) =>
  proxyActivities<Pick<MindActivities, 'askModel'>>({
    taskQueue: queues.mind(vessel),
    startToCloseTimeout: (seconds + graceSeconds) * 1_000,
    scheduleToCloseTimeout: 2 * (seconds + graceSeconds) * 1_000 + 60_000,
    heartbeatTimeout: '15 seconds',
    // A second attempt never asks again: it gets the answer that was kept.
    retry: { initialInterval: '1 second', maximumAttempts: 2 },
    summary: `ask the model: ${step}`,
  });

const verifyingOf = ({ vessel }: ScheduledInput) =>
  proxyActivities<Pick<MindActivities, 'verifyAnswer'>>({
    taskQueue: queues.mind(vessel),
    startToCloseTimeout: '30 seconds',
    scheduleToCloseTimeout: '2 minutes',
    retry: { initialInterval: '1 second', maximumAttempts: 3 },
    summary: 'verify what the model chose',
  });

interface StepTaken {
  readonly outcome: ModelOutcome;
  readonly verified?: Vouched<Verified>;
}

async function takeStep(about: Thinking, step: ModelStep, before: Vouched<Verified> | undefined): Promise<StepTaken> {
  const { identity, input, gathered, plan } = about;
  const { workflowId, firstRunId } = identity;
  const run = { workflowId, firstRunId };
  const issued = await untilRecorded(() => thinking.issueTicket({ identity, input, step, gathered, plan }));
  if (issued.kind === 'closed') return { outcome: issued };
  const first = before !== undefined && { before };
  const answer = await askingOf(input, issued.ticket).askModel({ run, gathered, ticket: issued.ticket, ...first });
  await recordAlways(() => thinking.recordAnswer({ identity, input, step, answer }));
  const { found } = answer;
  if (found.kind === 'failed') return { outcome: { kind: 'failed', code: found.code, why: found.why } };
  const verified = await verifyingOf(input).verifyAnswer({ run, gathered, plan, answer, ...first });
  const { provider, model, promptDigest, charter } = found;
  const asked = before === undefined ? 1 : 2;
  return { outcome: { kind: 'answered', provider, model, promptDigest, asked, ...(charter && { charter }) }, verified };
}

/**
 * Asks the model, and once more where it can mend something. Whatever goes wrong here costs the cycle the model's own proposals and nothing else
 * (spec T3): what was found before stays.
 */
export async function askTheModel(about: Thinking): Promise<Thought> {
  const verified: Vouched<Verified>[] = [];
  let outcome: ModelOutcome | undefined;
  for (const step of modelSteps) {
    let taken: StepTaken;
    try {
      taken = await takeStep(about, step, verified[0]);
    } catch (error) {
      if (isCancellation(error) || !(error instanceof ActivityFailure)) throw error;
      const why = error.cause?.message ?? error.message;
      taken = { outcome: { kind: 'failed', code: 'interrupted', why: `its activity ended without an answer: ${why}` } };
    }
    if (taken.outcome.kind === 'answered' || outcome === undefined) outcome = taken.outcome;
    if (taken.verified === undefined) break;
    verified.push(taken.verified);
    if (!taken.verified.found.repairable) break;
  }
  return { verified, ...(outcome !== undefined && { outcome }) };
}
