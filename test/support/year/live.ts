import type { WorkflowHandle } from '@temporalio/client';
import type { CycleReport } from '../../../src/contract/cycle.js';
import { queues, scheduleIds, workflowTypes } from '../../../src/contract/names.js';
import { day, hour } from '../../../src/domain/modes/settings.js';
import type { AuditRecord } from '../../../src/domain/trail/records.js';
import type { ProposalHandle } from '../bench/bench.js';
import { vessel } from '../bench/knobs.js';
import { until } from '../until.js';
import { breakGlass, decideAll, order } from './deeds.js';
import type { DayOfStory } from './story.js';
import { dayOf, diskPercent, storyDays } from './story.js';
import type { YearVessel } from './vessel.js';
import { openVessel, outlives, startVesselWorkflow } from './vessel.js';

/** What a person would tell of the year: a day has one number in each row. */
export interface Year {
  /** From which day on which one held, at the end of the day. */
  readonly modes: readonly { readonly from: number; readonly mode: string }[];
  /** Of what people decided in the last thirty days of life, at the end of each day. */
  readonly approved: readonly number[];
  readonly rejected: readonly number[];
  /** What ran without a person, that day. */
  readonly alone: readonly number[];
  readonly events: readonly { readonly day: number; readonly what: string }[];
}

const told: Readonly<Record<string, (record: AuditRecord) => string>> = {
  mode_change: ({ from, to, rule, by }) => `${String(from)} to ${String(to)}: ${String(rule)}${by === 'janus' ? '' : ` by ${String(by)}`}`,
  mode_recommended: ({ by, verdict, mode }) => `${String(by)} says ${String(verdict)} to ${String(mode)}`,
  action_flagged: ({ by }) => `${String(by)} objects to what ran alone`,
  break_glass_lapsed: () => 'nobody reviewed a broken glass',
  constitutional_violation: ({ kind }) => `violation: ${String(kind)}`,
};

/** One cycle, and all that it started. As its Schedule would start it; the test server has none. */
async function think(year: YearVessel, number: number): Promise<readonly ProposalHandle[]> {
  const { bench, client } = year;
  const workflowId = `${scheduleIds.thinkingCycle(vessel)}-of-${number}`;
  const report = (await client.workflow.execute(workflowTypes.thinkingCycle, {
    workflowId,
    taskQueue: queues.brain(vessel),
    args: [bench.scheduled('thinkingCycle')],
  })) as CycleReport;
  const handles = report.started.map((id) => outlives(year, id, workflowId));
  await Promise.all(report.started.map((id) => bench.digest(id)));
  return handles;
}

/** What people do at noon, beside deciding. */
async function act(year: YearVessel, handle: WorkflowHandle, { votes = [], flag, glass }: DayOfStory): Promise<void> {
  for (const by of votes) await order(year, handle, { kind: 'recommend', by, verdict: 'yes' });
  if (flag) {
    const [last] = [...year.reader.trail().proposals.alone.keys()].reverse();
    if (last !== undefined) await order(year, handle, { kind: 'flag', by: 'ana', of: last });
  }
  if (glass) await breakGlass(year);
}

/** Whoever may authorise looks at the figures each day, as `ubos mode check` shows them. */
async function authorise(year: YearVessel, handle: WorkflowHandle): Promise<void> {
  const { next, conditions } = year.reader.view(year.now());
  if ((next === 'beta' || next === 'omega') && conditions.every(({ met }) => met))
    await order(year, handle, { kind: 'authorise', by: 'ana', mode: next });
}

/** One day: a cycle in the morning, what people decide, what else they do, and the figures. Returns what there is to tell. */
async function liveDay(year: YearVessel, handle: WorkflowHandle, number: number, morning: number): Promise<readonly string[]> {
  const { reader, plan } = year;
  const story = dayOf(number);
  await year.sleepUntil(morning + hour);
  Object.assign(plan, { diskPercent: diskPercent(number), chosen: story.chosen });
  const handles = await think(year, number);
  await year.sleepUntil(morning + 9 * hour);
  await decideAll(year, handles, story.rejected);
  const noted = [...reader.look()];
  await act(year, handle, story);
  await year.sleepUntil(morning + 12 * hour);
  noted.push(...reader.look());
  await authorise(year, handle);
  // The vessel looks at its mode once a day, and at each order.
  await year.sleepUntil(morning + 23 * hour);
  noted.push(...reader.look());
  return noted.flatMap((record) => told[record.event_type]?.(record) ?? []);
}

/** The end of a year: what became of it, and where its trail lies. */
interface Lived {
  readonly year: Year;
  /** With the logs in it. */
  readonly folder: string;
  readonly allowedSigners: string;
  readonly now: number;
  readonly close: () => Promise<void>;
}

/**
 * Four hundred days of a vessel (spec T7): brain, mind, trail, workflows and signatures are real; clock, host, model and what the hands start in are
 * the test's. `onDay` hears of each that is over.
 */
export async function liveYear(folder: string, onDay: (day: number) => void = () => undefined): Promise<Lived> {
  const vesselOfYear = await openVessel(folder);
  const { reader, bench, people, now } = vesselOfYear;
  const handle = await startVesselWorkflow(vesselOfYear);
  await until('the vessel has looked at its mode', () => (reader.look(), reader.trail().vessel.checkpointAt));
  const start = now();
  const modes: { from: number; mode: string }[] = [];
  const rows = { approved: [] as number[], rejected: [] as number[], alone: [] as number[] };
  const events: { day: number; what: string }[] = [];
  let ranAlone = 0;
  for (let number = 0; number < storyDays; number += 1) {
    const noted = await liveDay(vesselOfYear, handle, number, start + number * day);
    events.push(...noted.map((what) => ({ day: number, what })));
    const { mode, figures } = reader.view(now());
    if (modes.at(-1)?.mode !== mode) modes.push({ from: number, mode });
    const { size } = reader.trail().proposals.alone;
    rows.approved.push(figures.month.approved);
    rows.rejected.push(figures.month.rejected);
    rows.alone.push(size - ranAlone);
    ranAlone = size;
    onDay(number);
  }
  const { allowedSigners } = people;
  return { year: { modes, events, ...rows }, folder: bench.folder, allowedSigners, now: now(), close: () => bench.close() };
}
