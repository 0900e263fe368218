import { endIn, trailEvent } from './events.js';
import type { Projection } from './projection.js';
import type { AuditRecord } from './records.js';
import type { SteadyTime } from './steady-time.js';
import { advance, noTimeYet, steadyAt } from './steady-time.js';

/** How many actions may start. Undefined: as many as there are. */
export interface RateLimit {
  /** In any minute, and in any hour. */
  readonly perMinute?: number | undefined;
  readonly perHour?: number | undefined;
  /** How many may start in one moment; the others follow at an even pace. Counts only beside one of the two above. */
  readonly burst?: number | undefined;
}

/** By action type, in snake case. */
export type RateLimits = Readonly<Record<string, RateLimit>>;

/** The name of the limit that holds for actions of all types together. */
export const everyAction = '*';

const minute = 60_000;
const hour = 3_600_000;

/** Whoever does not come when its turn is, but later than this, has lost its place: a workflow that was terminated never comes. */
const graceMilliseconds = minute;

/** What is known about one limit. Times are steady. */
interface Line {
  readonly limit: RateLimit;
  /** The last starts that were permitted, as many as the limit looks back to. */
  readonly starts: { readonly id: string; readonly at: number }[];
  /** When the next one would start, if all kept the even pace. */
  nextAt: number;
  /** Proposal -> when its turn is. */
  readonly places: Map<string, number>;
}

export interface Rates {
  readonly time: SteadyTime;
  readonly lines: ReadonlyMap<string, Readonly<Line>>;
}

const pace = ({ perMinute, perHour }: RateLimit): number => {
  if (perMinute !== undefined) return minute / perMinute;
  return perHour === undefined ? 0 : hour / perHour;
};

const kept = ({ perMinute = 0, perHour = 0 }: RateLimit) => Math.max(perMinute, perHour, 1);

function takeStart(line: Line, id: string, at: number): void {
  const { starts, limit } = line;
  starts.push({ id, at });
  if (starts.length >= 2 * kept(limit)) starts.splice(0, starts.length - kept(limit));
  line.nextAt = Math.max(line.nextAt, at) + pace(limit);
}

/** Whether it may still come. */
const isStillTo = (turn: number, now: number): boolean => turn + graceMilliseconds >= now;

function takePlace({ places }: Line, proposalId: string, until: number, now: number): void {
  for (const [id, turn] of places) if (!isStillTo(turn, now)) places.delete(id);
  places.set(proposalId, until);
}

const isText = (value: unknown): value is string => typeof value === 'string';

/**
 * When actions of each limited type were started, and which wait for their turn. Of the proposals log. A permit that was given counts, whatever
 * became of it: who could tell, at that moment, that hands will not use it?
 */
export function createRates(limits: RateLimits): Projection<Rates> {
  let time = noTimeYet;
  const lines = new Map<string, Line>();
  const forget = () => {
    time = noTimeYet;
    lines.clear();
    for (const [name, limit] of Object.entries(limits))
      lines.set(name, { limit, starts: [], nextAt: Number.NEGATIVE_INFINITY, places: new Map() });
  };
  forget();
  const apply = (record: AuditRecord) => {
    time = advance(time, Date.parse(record.timestamp));
    const { event_type: event, action_id: proposalId, action_type: actionType, until } = record;
    if (proposalId === undefined) return;
    if (endIn(event) !== undefined) for (const { places } of lines.values()) places.delete(proposalId);
    if (!isText(actionType)) return;
    for (const [name, line] of linesOf(lines, actionType)) {
      if (event === trailEvent.startAuthorised) {
        takeStart(line, record.id, time.last);
        line.places.delete(proposalId);
      }
      if (event === trailEvent.rateLimited && isText(until) && record['limit_of'] === name)
        takePlace(line, proposalId, steadyAt(time, Date.parse(until)), time.last);
    }
  };
  return { apply, forget, snapshot: () => ({ time, lines }) };
}

const linesOf = <T>(lines: ReadonlyMap<string, T>, actionType: string): readonly (readonly [string, T])[] =>
  [actionType, everyAction].flatMap((name) => {
    const line = lines.get(name);
    return line === undefined ? [] : [[name, line] as const];
  });

export interface RateQuestion {
  readonly actionType: string;
  readonly proposalId: string;
  /** Of the record that would permit it: asked again, it is permitted again. */
  readonly startId: string;
  readonly now: Date;
}

export interface Limited {
  readonly until: Date;
  /** The limit that holds it back, in words. */
  readonly limit: string;
  /** Whose it is: the action type, or `*`. */
  readonly limitOf: string;
  /** Its place is not on record yet. */
  readonly isNew: boolean;
}

function wordsOf({ perMinute, perHour, burst }: RateLimit): string {
  const words = [
    ...(perMinute === undefined ? [] : [`${perMinute} a minute`]),
    ...(perHour === undefined ? [] : [`${perHour} an hour`]),
    ...(burst === undefined ? [] : [`${burst} at once`]),
  ];
  return words.join(', ');
}

/** The first moment from `from` on at which one more may start, behind those that have places. */
function firstFree({ limit, starts, nextAt }: Readonly<Line>, places: readonly number[], from: number): number {
  const nthLast = (n: number): number => {
    const index = starts.length + places.length - n;
    return (index < starts.length ? starts[index]?.at : places[index - starts.length]) ?? Number.NEGATIVE_INFINITY;
  };
  const { perMinute, perHour, burst } = limit;
  const bounds = [from, places.at(-1) ?? from];
  if (perMinute !== undefined) bounds.push(nthLast(perMinute) + minute);
  if (perHour !== undefined) bounds.push(nthLast(perHour) + hour);
  if (burst !== undefined) bounds.push(places.reduce((next, at) => Math.max(next, at) + pace(limit), nextAt) - (burst - 1) * pace(limit));
  return Math.max(...bounds);
}

/** Those of the others that still may come, and before this turn, in their order. */
const placesBefore = ({ places }: Readonly<Line>, proposalId: string, turn: number, now: number): number[] =>
  [...places]
    .flatMap(([id, other]) => (id === proposalId || other >= turn || !isStillTo(other, now) ? [] : [Math.max(other, now)]))
    .sort((one, other) => one - other);

/**
 * Until when an action has to wait, and why; undefined where it may start (spec G5). Asked under the append lock. It waits in the line that keeps it
 * longest and in no other: one that waits for its own type's turn keeps nobody from what all types share. Whoever has a turn in one line has it in the
 * other as well, before those whose turn is later; else two of them could wait for each other for ever.
 */
export function findLimit({ time, lines }: Rates, { actionType, proposalId, startId, now: clock }: RateQuestion): Limited | undefined {
  const now = steadyAt(time, clock.getTime());
  const limited = linesOf(lines, actionType);
  if (limited.some(([, { starts }]) => starts.some(({ id }) => id === startId))) return undefined;
  const turns = limited.map(([, { places }]) => places.get(proposalId) ?? Number.NEGATIVE_INFINITY);
  const earliest = Math.min(...turns.filter((turn) => isStillTo(turn, now)));
  let until = now;
  let held: Pick<Limited, 'limit' | 'limitOf' | 'isNew'> | undefined;
  for (const [limitOf, line] of limited) {
    const turn = line.places.get(proposalId);
    const hasPlace = turn !== undefined && isStillTo(turn, now);
    const before = hasPlace ? [] : placesBefore(line, proposalId, earliest, now);
    const free = firstFree(line, before, hasPlace ? Math.max(turn, now) : now);
    if (free <= until) continue;
    until = free;
    held = { limit: wordsOf(line.limit), limitOf, isNew: !hasPlace };
  }
  return held && { ...held, until: new Date(clock.getTime() + Math.ceil(until - now)) };
}
