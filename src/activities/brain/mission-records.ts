import type { BrainActivities, NotRecorded, RunIdentity, ScheduledIdentity, ScheduledType } from '../../contract/activities.js';
import type { BookCheck, BookFinding } from '../../contract/bookkeeping.js';
import { bookTypes } from '../../contract/bookkeeping.js';
import { scheduleIds, workflowTypes } from '../../contract/names.js';
import { breachesFound } from '../../domain/controls/breach.js';
import { bookEvents } from '../../domain/trail/events.js';
import { shorten, visible } from '../../domain/text/visible.js';
import { isOwnFound, isScheduled } from '../shared/own-word.js';
import type { BrainDependencies } from './dependencies.js';
import { answerBreach } from './violation.js';

type FindingRequest = Parameters<BrainActivities['recordFinding']>[0];

export const ownWordOf = ({ self, approvals: { vouchers } }: BrainDependencies) => ({ self, vouchers });

/** Anybody can start a workflow of these types, under any name: only what a Schedule of the vessel starts bears its word. */
export function isOwnRun(deps: BrainDependencies, type: ScheduledType, { identity, input }: ScheduledIdentity): boolean {
  if (typeof input !== 'object' || input === null) return false;
  const { voucher, ...args } = input;
  const start = { workflowType: workflowTypes[type], workflowId: scheduleIds[type](deps.self.vessel), args };
  return isScheduled(ownWordOf(deps), identity.workflowId, start, voucher);
}

/** A thinking cycle, also one that starts nothing. */
export const isOwnCycle = (deps: BrainDependencies, run: ScheduledIdentity): boolean =>
  isOwnRun(deps, run.input?.dryRun === true ? 'rehearsal' : 'thinkingCycle', run);

/** The first run id stays through a reset, so that what was recorded is not recorded twice. */
const findingId = ({ firstRunId }: RunIdentity, check: BookCheck) => `bookkeeping/${firstRunId}/${check}`;

const refused = (why: string): NotRecorded => ({ kind: 'refused', why });
const strange = refused('no Schedule of this vessel started it');

/** What nobody could look at, or what somebody else answered: in words of our own. */
const notDone = (check: BookCheck) =>
  ({ check, ok: false, summary: 'could not be done: no answer that this vessel signed', data: {} }) as BookFinding;

/** One check of the nightly bookkeeping: as it was signed for this run, or that it was not done. */
export async function recordFinding(deps: BrainDependencies, { identity, input, check, found }: FindingRequest) {
  if (!Object.hasOwn(bookEvents, check)) return refused('there is no such check');
  if (!isOwnRun(deps, bookTypes[check], { identity, input })) return strange;
  const isOwn = found?.finding.check === check && isOwnFound(ownWordOf(deps), identity, found.finding, found.signature);
  const { ok, summary, data } = isOwn ? found.finding : notDone(check);
  const entry = { id: findingId(identity, check), eventType: bookEvents[check], summary: shorten(summary, 400), data: { ok, ...data } };
  await deps.trail.append('mission_log', entry);
  // What nobody of this vessel signed shows nothing.
  if (isOwn) for (const breach of breachesFound(entry.eventType, data)) await answerBreach(deps, breach);
  return { kind: 'recorded', ok, summary: entry.summary } as const;
}

/** What people are told is what the mission log says that this run found wrong: one alarm for all of it. */
export async function raiseAlarm(deps: BrainDependencies, run: ScheduledIdentity) {
  if (!Object.values(bookTypes).some((type) => isOwnRun(deps, type, run))) return strange;
  const findings: { readonly check: string; readonly summary: string }[] = [];
  for (const check of Object.keys(bookEvents) as BookCheck[]) {
    const { ok, summary } = (await deps.trail.find('mission_log', findingId(run.identity, check))) ?? { ok: true };
    if (ok === false && summary !== undefined) findings.push({ check, summary: visible(summary) });
  }
  const id = `bookkeeping/${run.identity.firstRunId}`;
  const text = findings.map(({ check, summary }) => `${check}: ${summary}`).join('; ');
  if (findings.length > 0) await deps.alarm({ id, summary: shorten(text, 400), findings });
  return { kind: 'told' } as const;
}
