import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { WorkflowHandle } from '@temporalio/client';
import { day } from '../../../src/domain/modes/settings.js';
import { wakeSignal } from '../../../src/contract/names.js';
import type { Bench } from '../../support/bench/bench.js';
import { openBench } from '../../support/bench/bench.js';
import { beginAnew, give } from '../../support/replay/mode-paths.js';
import { isoOf, trinity } from '../../support/modes/trails.js';
import { until } from '../../support/until.js';

let bench: Bench;
beforeEach(async () => {
  bench = await openBench();
});
afterEach(() => bench.close());

const second = 1_000;
type HistoryEvent = NonNullable<Awaited<ReturnType<WorkflowHandle['fetchHistory']>>['events']>[number];
type Anew = Awaited<ReturnType<typeof beginAnew>>;

const modeNow = async () => {
  const last = (await bench.missionLog()).findLast(({ event_type: type }) => type === 'mode_change') as { to?: string } | undefined;
  return last?.to ?? 'alpha';
};
const authorise = (handle: WorkflowHandle, mode: 'beta' | 'omega') => give(bench, handle, { kind: 'authorise', by: 'ana', mode });

/** A sign of life at this moment, which is the present one then. */
async function signAt({ life }: Anew, at: number): Promise<void> {
  life.clock.now = new Date(at);
  await life.write('mission_log', 'thinking_cycle', {}, `cycle/${at}`);
  bench.knobs.at = at;
}

/** Signs of life from a moment, one a day, and what people approved on the last day. */
async function live(anew: Anew, from: number, days: number): Promise<void> {
  anew.life.clock.now = new Date(from);
  await anew.life.cycles(days);
  await anew.life.decide(60);
  bench.knobs.at = anew.life.clock.now.getTime();
}

/** Beta since the moment that is returned. */
async function inBeta(anew: Anew): Promise<number> {
  await live(anew, anew.start, 30);
  await signAt(anew, anew.start + 30 * day + 1);
  expect(await authorise(anew.handle, 'beta')).toMatchObject({ accepted: true });
  return anew.start + 30 * day + 1;
}

/** The vessel looks now, and what comes of it is on record. */
async function look({ handle }: Anew, at: number): Promise<void> {
  bench.knobs.at = at;
  // Hands may be told at the same time, which leaves marks of its own.
  const isLook = ({ markerRecordedEventAttributes: marker }: HistoryEvent) =>
    marker?.details?.['data']?.payloads?.some(({ data }) => Buffer.from(data ?? []).includes('lookAtMode')) === true;
  const looks = async () => (await handle.fetchHistory()).events?.filter(isLook).length ?? 0;
  const before = await looks();
  await handle.signal(wakeSignal);
  await until('it has looked', async () => ((await looks()) > before ? true : undefined));
}

describe('the workflow of the vessel at its boundaries, a second before and on the moment (spec T7)', () => {
  it('beta after 30 days in which it lived, not a second before', async () => {
    const anew = await beginAnew(bench);
    await live(anew, anew.start, 29);
    await signAt(anew, anew.start + 30 * day - second);
    expect(await authorise(anew.handle, 'beta')).toMatchObject({
      code: 'NOT_EARNED',
      message: expect.stringMatching(/^days: 29\.99 days/),
    });
    await signAt(anew, anew.start + 30 * day);
    expect(await authorise(anew.handle, 'beta')).toMatchObject({ accepted: true });
    expect(await modeNow()).toBe('beta');
    await until('hands go by it', () => (bench.keptOrders().mode === 'beta' ? true : undefined));
  });

  it('omega after 180 days of beta, and 7 days after the last recommendation, not a second before', async () => {
    const anew = await beginAnew(bench);
    const beta = await inBeta(anew);
    await live(anew, beta, 174);
    for (const by of trinity.recommenders)
      expect(await give(bench, anew.handle, { kind: 'recommend', by, verdict: 'yes' })).toMatchObject({ accepted: true });
    const voted = bench.knobs.at ?? 0;
    await live(anew, voted + second, 5);
    await signAt(anew, beta + 180 * day - second);
    const early = await authorise(anew.handle, 'omega');
    expect(early).toMatchObject({ code: 'NOT_EARNED', message: expect.stringMatching(/days: 179\.99 days.*review: 5\.99 days/) });
    await signAt(anew, beta + 180 * day);
    expect(await authorise(anew.handle, 'omega')).toMatchObject({
      code: 'NOT_EARNED',
      message: expect.stringMatching(/^review: 6\.00 days/),
    });
    await signAt(anew, voted + 7 * day - second);
    expect(await authorise(anew.handle, 'omega')).toMatchObject({
      code: 'NOT_EARNED',
      message: expect.stringMatching(/^review: 6\.99 days/),
    });
    await signAt(anew, voted + 7 * day);
    expect(await authorise(anew.handle, 'omega')).toMatchObject({ accepted: true });
    expect(await modeNow()).toBe('omega');
  });

  it('back to alpha by what was rejected within 7 days, not by what was rejected 7 days ago', async () => {
    const anew = await beginAnew(bench);
    const beta = await inBeta(anew);
    const { life } = anew;
    const decideAt = (at: number, approved: number, rejected: number) => ((life.clock.now = new Date(at)), life.decide(approved, rejected));
    // Those of alpha have left the week.
    await decideAt(beta + 10 * day, 0, 1);
    await decideAt(beta + 17 * day, 3, 1);
    await look(anew, beta + 17 * day);
    expect(await modeNow()).toBe('beta');
    await decideAt(beta + 17 * day + 7 * day - second, 0, 1);
    await look(anew, beta + 24 * day);
    expect(await modeNow()).toBe('alpha');
  });

  it('manual after 90 days without activity, not a second before, by its own timer', async () => {
    const anew = await beginAnew(bench);
    await signAt(anew, anew.start + second);
    await look(anew, anew.start + 90 * day);
    expect(await modeNow()).toBe('alpha');
    bench.knobs.at = anew.start + second + 90 * day;
    await bench.server.environment.sleep(day + 60 * second);
    await until('it is manual', async () => ((await modeNow()) === 'manual' ? true : undefined));
    const change = (await bench.missionLog()).findLast(({ event_type: type }) => type === 'mode_change');
    expect(change).toMatchObject({ rule: 'sunset', timestamp: isoOf(anew.start + second + 90 * day) });
  });
});
