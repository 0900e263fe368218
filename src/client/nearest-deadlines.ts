import type { Client, WorkflowExecutionInfo } from '@temporalio/client';
import { searchAttributes } from '../contract/search-attributes.js';

/** So many come at a time: the server takes a third of a millisecond for each, and every other call waits meanwhile. */
export const pageMax = 250;
/** Deadlines nearer to one another than this are equal: a window is never made narrower. */
const tieMilliseconds = 1_000;
/** No deadline of ours lies outside. */
const [past, future] = [0, Date.UTC(2200)];

export interface DeadlineQuery {
  readonly client: Client;
  /** Of runs that wait; it may say anything but when they have to be decided. */
  readonly query: string;
  /** Others are left out, and take nobody's place. */
  readonly isOurs: (info: WorkflowExecutionInfo) => boolean;
  readonly limit: number;
  readonly now: number;
  /** How long people usually have, in milliseconds. */
  readonly usually: number;
}

const deadlineOf = (info: WorkflowExecutionInfo) => info.typedSearchAttributes.get(searchAttributes.deadline)?.getTime() ?? Infinity;

/** Part of the time line, its end not included, and how many deadlines lie in it. */
interface Span {
  readonly from: number;
  readonly to: number;
  readonly count: number;
}

const within = ({ from, to }: Omit<Span, 'count'>) =>
  `${searchAttributes.deadline.name} >= '${new Date(from).toISOString()}' AND ${searchAttributes.deadline.name} < '${new Date(to).toISOString()}'`;

/** Where to look next for the end of a span that holds so many: where it were if they lay evenly; every other time in the middle. */
function guess({ from, to, count }: Span, wanted: number, attempt: number): number {
  const share = attempt % 2 === 0 ? Math.min(0.9, Math.max(0.01, wanted / count)) : 0.5;
  return from + Math.max(1, Math.round((to - from) * share));
}

/** The beginning of a span that holds at least `need` deadlines, and not many more where they are not all at one moment. */
async function nearest(span: Span, need: number, countIn: (from: number, to: number) => Promise<number>): Promise<Span> {
  let { to, count } = span;
  // Fewer than needed lie before this moment.
  let [low, before] = [span.from, 0];
  const enough = need + Math.max(16, Math.round(need / 4));
  for (let attempt = 0; count > enough && to - low > tieMilliseconds; attempt += 1) {
    const middle = guess({ from: low, to, count: count - before }, (need + enough) / 2 - before, attempt);
    const found = before + (await countIn(low, middle));
    if (found < need) [low, before] = [middle, found];
    else [to, count] = [middle, found];
  }
  return { from: span.from, to, count };
}

async function listed(client: Client, query: string, count: number): Promise<WorkflowExecutionInfo[]> {
  const found: WorkflowExecutionInfo[] = [];
  for await (const info of client.workflow.list({ query, pageSize: Math.min(pageMax, count) })) {
    found.push(info);
    if (found.length >= count) break;
  }
  return found.sort((a, b) => deadlineOf(a) - deadlineOf(b));
}

/**
 * Runs that wait, the nearest deadline first, page by page. No server sorts by what it is asked to: the newest come first. So it counts how many
 * deadlines lie before some moment, until the page that is wanted lies before it. What has no deadline comes last.
 */
export async function* nearestDeadlines({
  client,
  query,
  isOurs,
  limit,
  now,
  usually,
}: DeadlineQuery): AsyncGenerator<WorkflowExecutionInfo[]> {
  const countIn = async (from: number, to: number) => (await client.workflow.count(`${query} AND ${within({ from, to })}`)).count;
  const end = now + usually;
  const total = await countIn(past, future);
  if (total < Math.min(limit, pageMax)) {
    const all = await listed(client, query, pageMax);
    const ours = all.filter(isOurs).slice(0, limit);
    // A full page may be full of what others have started.
    if (all.length < pageMax) {
      if (ours.length > 0) yield ours;
      return;
    }
  }
  let left = limit;
  const [late, later] = [await countIn(past, now), await countIn(end, future)];
  const spans: readonly Span[] = [
    { from: past, to: now, count: late },
    { from: now, to: end, count: total - late - later },
    { from: end, to: future, count: later },
  ];
  for (const span of spans) {
    let [rest, to] = [span, span.to];
    while (rest.count > 0 && left > 0) {
      const need = Math.min(left, pageMax, rest.count);
      const page = await nearest(rest, need, countIn);
      const found = (await listed(client, `${query} AND ${within(page)}`, page.count)).filter(isOurs).slice(0, left);
      if (found.length > 0) yield found;
      left -= found.length;
      // Some may have been decided meanwhile.
      rest = { from: page.to, to, count: Math.max(0, rest.count - page.count) };
    }
  }
  if (left > 0) {
    const without = (await listed(client, `${query} AND ${searchAttributes.deadline.name} IS NULL`, left)).filter(isOurs);
    if (without.length > 0) yield without;
  }
}
