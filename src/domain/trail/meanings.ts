import type { ProposalStatus } from '../action/status.js';
import type { EventName } from './events.js';
import { trailEvent } from './events.js';
import type { LogName } from './logs.js';

/** What people are told, as the notification script gets it. */
export type Told =
  | 'requested'
  | 'previewed'
  | 'reminder'
  | 'escalation'
  | 'extended'
  | 'decided'
  | 'suspended'
  | 'indeterminate'
  | 'completed'
  | 'failed'
  | 'rolled_back'
  | 'rollback_failed'
  | 'expired'
  | 'cancelled'
  | 'stale';

export interface Meaning {
  readonly logs: readonly LogName[];
  /** One sentence for people: the docs show it. */
  readonly means: string;
  /** Where its proposal is from then on; absent where the event changes nothing about that. */
  readonly status?: ProposalStatus;
  /** Under which name people hear of it; absent where they do not. */
  readonly told?: Told;
  /** Of the mission log: people hear of it by its own name, with this command to look closer; absent where they do not. */
  readonly alert?: string;
  /** Noted by the workflow while it goes on, several at a time: no activity answers with one of its own. */
  readonly noted?: true;
}

const proposals = ['proposals'] as const;
const toolUse = ['tool_use'] as const;
const missionLog = ['mission_log'] as const;
const everyLog = ['proposals', 'tool_use', 'mission_log'] as const;
const lookAtControls = 'ubos controls';
const missionTail = 'ubos audit tail --log mission_log';
const glassReview = ['proposals', 'mission_log'] as const;

/** What each event means, in the order in which a proposal may meet them. The table of docs/audit.md is made of this. */
export const meanings = {
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
    means: 'It was approved, and an emergency stop or a pause holds it back.',
  },
  [trailEvent.rateLimited]: {
    logs: proposals,
    status: 'approved',
    means: 'It was approved, and too many of its type were started lately: when its turn comes.',
  },
  [trailEvent.startAuthorised]: { logs: proposals, status: 'executing', means: 'Hands were permitted to start it.' },
  [trailEvent.startRevoked]: { logs: proposals, status: 'approved', means: 'That permit holds no longer; nothing was started with it.' },
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
  [trailEvent.toolUse]: { logs: toolUse, means: 'One command ran in a sandbox, or was lost there.' },
  [trailEvent.networkConnection]: { logs: toolUse, means: 'A command opened a connection, or was refused one.' },
  [trailEvent.emergencyStop]: {
    logs: missionLog,
    alert: 'ubos status',
    means: 'An emergency stop was noticed. It stands until people end it by its id.',
  },
  [trailEvent.emergencyStopDone]: { logs: missionLog, means: 'The guard ended what ran under a stop; nothing was alive any more.' },
  [trailEvent.vesselResumed]: {
    logs: missionLog,
    alert: 'ubos status',
    means: 'People ended a stop or a pause, which is named; no other is ended by it.',
  },
  [trailEvent.controlOrder]: { logs: missionLog, means: 'People ordered how many actions start: a limit, a hold, or the release of both.' },
  [trailEvent.controlOrderGiven]: { logs: missionLog, means: 'One of several persons who have to order the same before it counts.' },
  [trailEvent.controlOrderRefused]: {
    logs: missionLog,
    means: 'An order to the vessel did not count; the code says why. Twenty an hour at most are recorded.',
  },
  [trailEvent.modeChange]: {
    logs: missionLog,
    alert: 'ubos mode show',
    means: 'The mode changed: up by signed words, where the figures hold; down by itself. It names the figures and what they rest on.',
  },
  [trailEvent.modeCheckpoint]: { logs: missionLog, means: 'Daily: the figures of the mode, signed, with what they rest on.' },
  [trailEvent.modeRecommended]: { logs: missionLog, means: 'One of those whom omega needs recommends it, or does not.' },
  [trailEvent.actionFlagged]: { logs: missionLog, alert: missionTail, means: 'Somebody objects to what ran alone: as a rejection.' },
  [trailEvent.thinkingCycle]: { logs: missionLog, means: 'A thinking cycle: what it saw, proposed and left, and why.' },
  [trailEvent.modelCalled]: { logs: missionLog, means: 'A model is about to be asked: what that may cost is spent from here on.' },
  [trailEvent.modelAnswered]: { logs: missionLog, means: 'What became of it, and what it cost.' },
  [trailEvent.reliefDegrade]: {
    logs: missionLog,
    alert: lookAtControls,
    means: 'The host is overloaded: the relief valve is a stage worse than it was.',
  },
  [trailEvent.reliefRestore]: {
    logs: missionLog,
    alert: lookAtControls,
    means: 'The host is calm: the relief valve is a stage better than it was.',
  },
  [trailEvent.reliefShed]: {
    logs: missionLog,
    alert: lookAtControls,
    means: 'In an emergency of the memory the youngest actions were ended.',
  },
  [trailEvent.controlAnomaly]: { logs: missionLog, alert: lookAtControls, means: "The host's memory, CPU or disk is nearly used up." },
  [trailEvent.controlAnomalyOver]: { logs: missionLog, means: 'It is no longer.' },
  [trailEvent.watchdogViolation]: {
    logs: missionLog,
    alert: lookAtControls,
    means: 'Janus itself, with all its actions, used more than the charter allows.',
  },
  [trailEvent.networkOffline]: { logs: missionLog, alert: lookAtControls, means: 'An action found no network; others that need it wait.' },
  [trailEvent.networkOnline]: { logs: missionLog, means: 'The network can be reached again.' },
  [trailEvent.constitutionalViolation]: {
    logs: missionLog,
    alert: missionTail,
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
    means: 'The vessel started under another security policy than before: what of it is looser, and what stricter.',
  },
  [trailEvent.vesselPaused]: {
    logs: missionLog,
    alert: missionTail,
    means: 'Three actions failed within ten minutes, or a breach was found: nothing starts until somebody resumes.',
  },
  [trailEvent.auditUpkeep]: { logs: missionLog, means: 'Nightly: which files were closed, and which removed.' },
  [trailEvent.auditVerify]: { logs: missionLog, means: 'Nightly: whether the trail is whole.' },
  [trailEvent.auditReconcile]: { logs: missionLog, means: "Nightly: whether the trail agrees with Temporal's histories." },
  [trailEvent.auditReport]: { logs: missionLog, means: 'Nightly: the report of last month was written, or was there.' },
  [trailEvent.segmentPruned]: { logs: missionLog, means: 'Retention removed a file; what verification needs of it stays here.' },
  [trailEvent.segmentOpen]: { logs: everyLog, means: 'A file begins: which one it follows.' },
  [trailEvent.segmentClose]: { logs: everyLog, means: 'A file ends: how many records it holds.' },
  [trailEvent.tornTailSealed]: { logs: everyLog, means: 'A kill or a full disk tore the line before; its bytes are vouched for.' },
} as const satisfies Readonly<Record<EventName, Meaning>>;

type Meanings = typeof meanings;

/** The events that a log may hold. */
export type EventOf<Log extends LogName> = {
  [Name in EventName]: Log extends Meanings[Name]['logs'][number] ? Name : never;
}[EventName];

/** Events that the workflow of a proposal notes. */
export type NotedEvent = { [Name in EventName]: Meanings[Name] extends { readonly noted: true } ? Name : never }[EventName];

/** Undefined for what is no event of ours: a log may hold anything. */
export function meaningOf(eventType: string): Meaning | undefined {
  return Object.hasOwn(meanings, eventType) ? meanings[eventType as EventName] : undefined;
}
