import { verifyTrail } from '../../../src/adapters/audit/verify/verify-trail.js';
import type { JanusConfig } from '../../../src/config/config.js';
import type { LogName } from '../../../src/domain/trail/logs.js';
import type { AuditRecord } from '../../../src/domain/trail/records.js';
import type { Effect } from '../torture/ground-truth.js';

/**
 * The oracle of every test that breaks something: the invariants I1 ... I12 that must hold whatever was killed. What it compares are three
 * witnesses: the audit trail, the server's histories, and lines that the actions themselves wrote. Here is what holds at any moment; what
 * holds once everything has ended is in `invariants-at-rest.ts`. Each finding is a sentence; none means that all hold.
 */
export interface Expectations {
  /** Whether a good approval was ever sent; undefined for a proposal that nobody made. */
  readonly isApproved: (id: string) => boolean | undefined;
  /** Most actions that may run at a time, over all workers. */
  readonly runningMax: number;
  /** While an emergency stop was there; milliseconds since the epoch. */
  readonly stops?: readonly { readonly from: number; readonly until: number }[];
}

/** What the trail says, as far as its chain holds. */
export interface Trail {
  readonly problems: readonly string[];
  readonly records: readonly AuditRecord[];
  readonly leaves: ReadonlyMap<string, string>;
  /** Of the log proposals, by proposal. */
  readonly byId: ReadonlyMap<string, readonly AuditRecord[]>;
  readonly tools: ReadonlyMap<string, readonly AuditRecord[]>;
}

export const logNames: readonly LogName[] = ['mission_log', 'tool_use', 'proposals'];
export const filesOfTrail = ({ paths }: JanusConfig): Readonly<Record<LogName, string>> => ({
  mission_log: paths.missionLog,
  tool_use: paths.toolLog,
  proposals: paths.proposalsLog,
});
/** A clock in milliseconds, read by two processes. */
const tick = 2;
/** From the file to the last start that had passed it: the look at the file, the claim, the set-up of a sandbox on a busy machine. */
const stopMilliseconds = 3_000;

export const isTerminal = ({ id, event_type: event }: AuditRecord) =>
  id.endsWith('/end') || event === 'action_refused' || (event === 'action_completed' && id.endsWith('/result'));

export function grouped<T>(all: readonly T[], keyOf: (each: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const each of all) {
    const group = groups.get(keyOf(each));
    if (group === undefined) groups.set(keyOf(each), [each]);
    else group.push(each);
  }
  return groups;
}

/** I4: the chain of each log holds, over all its files, against all its signed heads; every id is there once. */
export async function readWholeTrail(config: JanusConfig): Promise<Trail> {
  const records: AuditRecord[] = [];
  const leaves = new Map<string, string>();
  const verdicts = await verifyTrail({
    files: filesOfTrail(config),
    headsFolder: config.paths.heads,
    logs: logNames,
    full: true,
    observe: (log) => (record, leaf) => {
      records.push(record);
      leaves.set(`${log}/${record.seq}`, leaf);
    },
  });
  const problems = verdicts.flatMap(({ log, state, problem }) =>
    state === 'broken' ? [`I4: ${log} ${problem?.file ?? ''} line ${problem?.line}: ${problem?.kind ?? ''}: ${problem?.reason ?? ''}`] : [],
  );
  const of = (log: LogName) => grouped(records, (record) => (record.log === log ? (record.action_id ?? '') : ''));
  return { problems, records, leaves, byId: of('proposals'), tools: of('tool_use') };
}

/** I2, I10: no command of an action ever began twice, nor did one of its rollback. */
export function doubles(effects: readonly Effect[]): string[] {
  const count = new Map<string, number>();
  for (const { what, id, name } of effects) count.set(`${what} ${id} ${name}`, (count.get(`${what} ${id} ${name}`) ?? 0) + 1);
  return [...count].flatMap(([what, times]) => (times > 1 ? [`I2: ${what}: ${times} times`] : []));
}

/** I1: whatever began had been approved, and its start was on record, under the digest that was reviewed. */
function unauthorised(id: string, began: number, records: readonly AuditRecord[], isApproved: boolean | undefined): string[] {
  if (isApproved !== true) return [`I1: ${id} ran, and ${isApproved === undefined ? 'nobody proposed it' : 'nobody approved it'}`];
  const digest = records.find((record) => record.id === `${id}/review`)?.['digest'];
  const starts = records.filter(({ event_type: event }) => event === 'start_authorised');
  const start = starts.find(({ timestamp }) => Date.parse(timestamp) <= began + tick);
  if (start === undefined) return [`I1: ${id} ran at ${began} without a start on record before`];
  const approved = records.find(({ event_type: event, seq }) => event === 'action_approved' && seq < start.seq);
  if (approved === undefined) return [`I1: ${id} was started without an approval before it`];
  const others = [approved['digest'], start['digest']].filter((each) => typeof digest !== 'string' || each !== digest);
  return others.length === 0 ? [] : [`I1: ${id} was reviewed as ${String(digest)}, and approved or started as ${String(others[0])}`];
}

/** A message that came while the last line was written: the workflow's task is then taken again, and that line is there already. */
const tooLate = ['decision_late', 'decision_refused', 'id_reused'];
/** What people said is written down when there is time: at the latest behind the result, before the workflow is over. */
const notes = [...tooLate, 'approval_given', 'approval_withdrawn', 'deadline_extended'];

/** I8, I9: behind its last line nothing runs, and nothing is said but what people had said already, or too late. */
function afterTheEnd(id: string, effects: readonly Effect[], records: readonly AuditRecord[]): string[] {
  const end = records.find(isTerminal);
  if (end === undefined) return [];
  const late = effects.filter(({ at }) => at > Date.parse(end.timestamp) + tick);
  const allowed = end.id.endsWith('/end') ? tooLate : notes;
  const more = records.filter(({ seq, event_type: event }) => seq > end.seq && !allowed.includes(event));
  return [
    ...late.map(({ what, name }) => `I8: ${id}: ${what} ${name} behind its last record`),
    ...more.map((record) => `I9: ${record.id} (${record.event_type}) behind the end of ${id}`),
  ];
}

function orderProblems(id: string, effects: readonly Effect[]): string[] {
  const begun = new Set(effects.flatMap(({ what, name }) => (what === 'begin' ? [name] : [])));
  const undoing = Math.min(...effects.flatMap(({ name, at }) => (name.startsWith('undo') ? [at] : [])));
  return effects.flatMap(({ what, name, at }) => [
    ...(what === 'end' && !begun.has(name) ? [`I2: ${id}: ${name} ended and never began`] : []),
    ...(name.startsWith('step') && at > undoing ? [`I10: ${id}: ${what} ${name} after its rollback began`] : []),
  ]);
}

/** I6 and I7, over all actions together. */
function togetherProblems(effects: readonly Effect[], { runningMax, stops = [] }: Expectations): string[] {
  const steps = effects.filter(({ name }) => name.startsWith('step'));
  const against = steps.filter(
    ({ what, at }) => what === 'begin' && stops.some(({ from, until }) => at > from + stopMilliseconds && at < until - tick),
  );
  const ends = new Map(steps.flatMap(({ what, id, name, at }) => (what === 'end' ? [[`${id} ${name}`, at]] : [])));
  // What was killed has no end; it is not counted, so the true number may be higher, and never is lower.
  const moments = steps.flatMap(({ what, id, name, at }) => {
    const end = ends.get(`${id} ${name}`);
    return what === 'begin' && end !== undefined
      ? [
          { at, by: 1 },
          { at: end, by: -1 },
        ]
      : [];
  });
  let [running, most] = [0, 0];
  for (const { by } of moments.sort((a, b) => a.at - b.at || a.by - b.by)) most = Math.max(most, (running += by));
  return [
    ...against.map(({ id, name }) => `I6: ${id}: ${name} began during an emergency stop`),
    ...(most > runningMax ? [`I7: ${most} actions ran at a time, ${runningMax} may`] : []),
  ];
}

/** What must hold at any moment, also while things are being killed. `effects` was read before the trail, so each has its record there. */
export function findingsAnytime(effects: readonly Effect[], trail: Trail, expectations: Expectations): string[] {
  const byId = grouped(effects, ({ id }) => id);
  const ids = new Set([...byId.keys(), ...trail.byId.keys()].filter((id) => id !== ''));
  const ofEach = [...ids].flatMap((id) => {
    const [own, records] = [byId.get(id) ?? [], trail.byId.get(id) ?? []];
    const began = Math.min(...own.map(({ at }) => at));
    const isApproved = expectations.isApproved(id);
    return [
      ...(own.length === 0 ? [] : unauthorised(id, began, records, isApproved)),
      ...(isApproved === undefined ? [`I5: the trail has ${id}, which nobody proposed`] : []),
      ...afterTheEnd(id, own, records),
      ...orderProblems(id, own),
    ];
  });
  return [...trail.problems, ...doubles(effects), ...ofEach, ...togetherProblems(effects, expectations)];
}
