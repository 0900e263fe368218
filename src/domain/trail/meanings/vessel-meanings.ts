import { trailEvent } from '../events.js';
import type { Meaning } from './meaning.js';

const missionLog = ['mission_log'] as const;
const thisMonth = 'ubos audit report';
const missionTail = 'ubos audit tail --log mission_log';

/** What else the vessel notes of itself: its mode, its thinking, its policy, its bookkeeping. */
export const vesselMeanings = {
  [trailEvent.modeChange]: {
    logs: missionLog,
    alert: 'ubos mode show',
    means: 'The mode changed: up by signed words, where the figures hold; down by itself. It names the figures and what they rest on.',
  },
  [trailEvent.modeCheckpoint]: {
    logs: missionLog,
    means: 'Daily: the figures of the mode and the decisions since the last one, signed, with what they rest on.',
  },
  [trailEvent.modeRecommended]: { logs: missionLog, means: 'One of those whom omega needs recommends it, or does not.' },
  [trailEvent.actionFlagged]: { logs: missionLog, alert: missionTail, means: 'Somebody objects to what ran alone: as a rejection.' },
  [trailEvent.thinkingCycle]: { logs: missionLog, means: 'A thinking cycle: what it saw, proposed and left, and why.' },
  [trailEvent.modelCalled]: { logs: missionLog, means: 'A model is about to be asked: what that may cost is spent from here on.' },
  [trailEvent.modelAnswered]: { logs: missionLog, means: 'What became of it, and what it cost.' },
  [trailEvent.oracleAsked]: { logs: missionLog, means: 'An oracle is about to be asked: the lookup counts from here on.' },
  [trailEvent.oracleAnswered]: { logs: missionLog, means: 'What became of it, and what of it went beyond this machine.' },
  [trailEvent.constitutionalViolation]: {
    logs: missionLog,
    alert: missionTail,
    kind: trailEvent.constitutionalViolation,
    means: 'Something shows that the constitution was broken; what is configured follows, and evidence is set aside.',
  },
  [trailEvent.unauthorisedAttempt]: {
    logs: missionLog,
    alert: missionTail,
    means:
      'What is not allowed was refused: a command, a connection, traffic, a word, an answer or a permit. Twenty an hour at most are recorded.',
  },
  [trailEvent.policyAdopted]: {
    logs: missionLog,
    means:
      'The vessel adopted another security policy than before: what of it is looser, and what stricter; after a review, whose words it rests on.',
  },
  [trailEvent.policyHeld]: {
    logs: missionLog,
    alert: 'ubos policy show',
    means: 'The vessel started, and its files say a looser policy than the adopted one: it keeps to that, until a review is through.',
  },
  [trailEvent.policyProposed]: {
    logs: missionLog,
    alert: 'ubos policy show',
    means: 'Somebody proposes what the files say, with the rationale: a review begins.',
  },
  [trailEvent.policyRecommended]: { logs: missionLog, means: 'One of those whom a looser policy needs recommends it, or does not.' },
  [trailEvent.policyReviewed]: {
    logs: missionLog,
    alert: 'ubos policy adopt',
    means: 'The days of a review are over: the policy can be adopted.',
  },
  [trailEvent.auditUpkeep]: { logs: missionLog, means: 'Nightly: which files were closed, and which removed.' },
  [trailEvent.auditVerify]: { logs: missionLog, means: 'Nightly: whether the trail is whole.' },
  [trailEvent.auditReconcile]: { logs: missionLog, means: "Nightly: whether the trail agrees with Temporal's histories." },
  [trailEvent.auditReport]: { logs: missionLog, means: 'Nightly: the report of last month was written, or was there.' },
  [trailEvent.dailySummary]: {
    logs: missionLog,
    alert: thisMonth,
    means: 'Daily: the figures of yesterday; their text lies in `reports/`.',
  },
  [trailEvent.weeklyReview]: { logs: missionLog, alert: thisMonth, means: 'On Mondays: the same of last week.' },
  [trailEvent.constitutionalAudit]: {
    logs: missionLog,
    alert: thisMonth,
    means: 'On the first of a month: the same of last month, what the constitution is asked about first.',
  },
  [trailEvent.yearlyReview]: { logs: missionLog, alert: thisMonth, means: 'On the first of January: the same of last year.' },
  [trailEvent.backupMade]: { logs: missionLog, means: 'Nightly, and by `ubos backup run`: a backup was made, or could not be.' },
  [trailEvent.segmentPruned]: { logs: missionLog, means: 'Retention removed a file; what verification needs of it stays here.' },
} as const satisfies Readonly<Record<string, Meaning>>;
