import { trailEvent } from '../events.js';
import type { Meaning } from './meaning.js';

const proposals = ['proposals'] as const;
const glassReview = ['proposals', 'mission_log'] as const;
const missionTail = 'ubos audit tail --log mission_log';

/** What happens to one proposal, in the order in which it may meet it. */
export const proposalMeanings = {
  [trailEvent.actionProposed]: { logs: proposals, status: 'proposed', told: 'requested', means: 'The review passed: it waits for people.' },
  [trailEvent.actionRefused]: { logs: proposals, status: 'rejected', means: 'The review refused it; the broken rules are named.' },
  [trailEvent.idReused]: { logs: proposals, means: 'Another run, or another proposal, came under its id, and was refused.' },
  [trailEvent.previewRequested]: { logs: proposals, means: 'Somebody asked for a preview while it waited.' },
  [trailEvent.actionPreviewed]: {
    logs: proposals,
    told: 'previewed',
    means: 'It was run on throw-away copies, or could not be; from here on an approval names this digest.',
  },
  [trailEvent.decisionRefused]: { logs: proposals, noted: true, means: 'A message of a person did not count; the code says why.' },
  [trailEvent.decisionLate]: { logs: proposals, noted: true, means: 'A message came when it was decided already.' },
  [trailEvent.messagesFlooded]: { logs: proposals, noted: true, means: 'Too many messages: they were counted, not read.' },
  [trailEvent.approvalReminder]: {
    logs: proposals,
    noted: true,
    told: 'reminder',
    means: 'Half of the time to decide, or nine tenths, is over.',
  },
  [trailEvent.approvalEscalated]: {
    logs: proposals,
    noted: true,
    told: 'escalation',
    means: 'Four fifths of the time to decide are over: the next group is asked too, where there is one.',
  },
  [trailEvent.deadlineExtended]: { logs: proposals, noted: true, told: 'extended', means: 'Somebody moved the deadline.' },
  [trailEvent.approvalGiven]: { logs: proposals, noted: true, means: 'One of several approvals that it needs.' },
  [trailEvent.approvalWithdrawn]: {
    logs: proposals,
    noted: true,
    means: 'An approval was taken back, or fell with the digest that it was for.',
  },
  [trailEvent.actionApproved]: { logs: proposals, status: 'approved', told: 'decided', means: 'Enough people approved it.' },
  [trailEvent.actionSuspended]: {
    logs: proposals,
    noted: true,
    status: 'suspended',
    told: 'suspended',
    means: 'An emergency stop holds it back, whether it waited for people or was approved; or it was approved, and a pause does.',
  },
  [trailEvent.rateLimited]: {
    logs: proposals,
    status: 'approved',
    means: 'It was approved, and too many of its type were started lately: when its turn comes.',
  },
  [trailEvent.startAuthorised]: { logs: proposals, status: 'executing', means: 'Hands were permitted to start it.' },
  [trailEvent.startRevoked]: { logs: proposals, status: 'approved', means: 'That permit holds no longer; nothing was started with it.' },
  [trailEvent.grantWithheld]: {
    logs: proposals,
    status: 'proposed',
    means: 'The mode was asked whether it consents, and did not: from here on only people can start it.',
  },
  [trailEvent.glassBroken]: { logs: proposals, means: 'One person started it alone; the others are asked to review that.' },
  [trailEvent.actionCompleted]: {
    logs: proposals,
    status: 'completed',
    told: 'completed',
    means: 'It did what was expected, or was settled as done.',
  },
  [trailEvent.executionFailed]: { logs: proposals, means: 'It ran, and a check failed; what was started is rolled back next.' },
  [trailEvent.actionInterrupted]: {
    logs: proposals,
    noted: true,
    status: 'indeterminate',
    told: 'indeterminate',
    means: 'Nobody knows whether it happened: ledger, probe, rollback or a person will settle it.',
  },
  [trailEvent.resultRefused]: {
    logs: proposals,
    noted: true,
    told: 'indeterminate',
    means: 'An answer in the name of the hands did not count: they did not sign it, or not about this permit. Their ledger is asked.',
  },
  [trailEvent.actionProbed]: { logs: proposals, means: 'The probe of an interrupted action was run; the verdict says what it found.' },
  [trailEvent.actionRejected]: { logs: proposals, status: 'rejected', told: 'decided', means: 'Somebody rejected it, or silence did.' },
  [trailEvent.actionExpired]: { logs: proposals, status: 'expired', told: 'expired', means: 'Nobody decided or started it in time.' },
  [trailEvent.actionCancelled]: {
    logs: proposals,
    status: 'cancelled',
    told: 'cancelled',
    means: 'Somebody called it off, or it was a dry run.',
  },
  [trailEvent.actionStale]: {
    logs: proposals,
    status: 'stale',
    told: 'stale',
    means: 'What was approved no longer holds; nothing was changed.',
  },
  [trailEvent.actionFailed]: {
    logs: proposals,
    status: 'failed',
    told: 'failed',
    means: 'It failed, or could not start; nothing was rolled back.',
  },
  [trailEvent.actionRolledBack]: { logs: proposals, status: 'rolled_back', told: 'rolled_back', means: 'It failed, and was rolled back.' },
  [trailEvent.actionRollbackFailed]: {
    logs: proposals,
    status: 'rollback_failed',
    told: 'rollback_failed',
    means: 'It failed, and so did its rollback: somebody has to look.',
  },
  [trailEvent.actionEndedOutside]: {
    logs: proposals,
    told: 'cancelled',
    means: 'Its workflow was terminated, timed out or failed, so it goes on no more; the nightly bookkeeping found that.',
  },
  [trailEvent.breakGlassEndorsed]: { logs: glassReview, means: 'The others endorsed what one person started alone.' },
  [trailEvent.breakGlassCondemned]: { logs: glassReview, alert: missionTail, means: 'The others condemned it.' },
  [trailEvent.breakGlassLapsed]: { logs: glassReview, alert: missionTail, means: 'Nobody reviewed it in time.' },
} as const satisfies Readonly<Record<string, Meaning>>;
