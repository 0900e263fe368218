import { appendFileSync, existsSync, mkdirSync, readFileSync, rmSync, rmdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { openRecordSource } from '../../../src/adapters/audit/read/record-source.js';
import type { Notification } from '../../../src/domain/trail/notification.js';
import { followTrail } from '../../../src/adapters/notify/trail-follower.js';
import { useFolders } from '../../support/folders.js';
import { aRecord } from '../../support/trail/records.js';
import { soon } from '../../support/soon.js';

const folder = useFolders();
const recordOf = (id: string, change = {}) =>
  aRecord(0, 'action_proposed', { id, action_id: id.split('/')[0], summary: `about ${id}`, ...change });
const line = (id: string, change = {}) => `${JSON.stringify(recordOf(id, change))}\n`;

describe('followTrail (spec A7)', () => {
  let here: string;
  let told: string[];
  let errors: unknown[];
  let looks: number;
  let follower: ReturnType<typeof followTrail>;
  const at = (name: string) => join(here, name);
  const followAs = (cursorName: string, queueName: string, notify: (notification: Notification) => Promise<void>) =>
    followTrail({
      records: openRecordSource(at('proposals.jsonl'), 'proposals'),
      file: at('proposals.jsonl'),
      cursorFile: at(cursorName),
      approvalQueueFile: at(queueName),
      notify,
      pollMilliseconds: 20,
      onError: (error) => errors.push(error),
      onLooked: () => (looks += 1),
    });
  const follow = (notify?: (notification: Notification) => Promise<void>) =>
    (follower = followAs('cursor', 'approval_queue.jsonl', notify ?? (async ({ event_id: id }) => void told.push(id))));
  const write = (text: string) => appendFileSync(at('proposals.jsonl'), text);
  const queued = () =>
    existsSync(at('approval_queue.jsonl'))
      ? readFileSync(at('approval_queue.jsonl'), 'utf8')
          .split('\n')
          .filter(Boolean)
          .map((each) => (JSON.parse(each) as Notification).event_id)
      : [];
  const cursor = () => (existsSync(at('cursor')) ? (JSON.parse(readFileSync(at('cursor'), 'utf8')) as { offset: number }).offset : 0);
  const caughtUp = () => soon(() => cursor() === readFileSync(at('proposals.jsonl')).length);

  beforeEach(() => {
    here = folder();
    told = [];
    errors = [];
    looks = 0;
    follow();
  });
  afterEach(() => follower.close());

  it('tells and queues each event once, in order, and what nobody needs to hear not at all', async () => {
    write(line('a/review') + line('a/noise', { event_type: 'start_authorised' }));
    write(line('a/end', { event_type: 'action_completed' }));
    await caughtUp();
    expect(told).toEqual(['a/review', 'a/end']);
    expect(queued()).toEqual(told);
    expect(errors).toEqual([]);
  });

  it('waits for the end of a half-written line', async () => {
    const whole = line('b/review');
    write(line('a/review') + whole.slice(0, 30));
    await soon(() => told.length === 1);
    write(whole.slice(30));
    await caughtUp();
    expect(told).toEqual(['a/review', 'b/review']);
  });

  it('goes on after a restart where it was', async () => {
    write(line('a/review'));
    await caughtUp();
    await follower.close();
    write(line('b/review'));
    follow();
    await caughtUp();
    expect(told).toEqual(['a/review', 'b/review']);
    expect(queued()).toEqual(told);
  });

  it.each(['while it runs', 'while it does not'])('makes a queue that was removed %s again, and tells nobody twice', async (when) => {
    write(line('a/review') + line('b/review'));
    await caughtUp();
    if (when === 'while it does not') await follower.close();
    rmSync(at('approval_queue.jsonl'));
    if (when === 'while it does not') follow();
    await soon(() => queued().length === 2);
    write(line('c/review'));
    await caughtUp();
    expect(queued()).toEqual(['a/review', 'b/review', 'c/review']);
    expect(told).toEqual(['a/review', 'b/review', 'c/review']);
  });

  it('is not stopped by lines that are no records', async () => {
    const odd = [
      'null',
      '5',
      '[]',
      '"text"',
      '{',
      '',
      '{"event_type":"action_proposed","action_id":"x"}',
      '{"event_type":"constructor","action_id":"x"}',
      '{"v":1,"log":"proposals","seq":5,"event_type":"action_proposed","action_id":"x"}',
      '{"v":1,"log":"proposals","seq":5,"id":"x","event_type":5,"action_id":"x"}',
      '{"v":1,"log":"proposals","seq":5,"id":"x","event_type":"action_proposed","action_id":"x","proposal":{"proposal_id":5}}',
    ];
    write(line('a/review') + odd.map((each) => `${each}\n`).join('') + line('b/review'));
    await caughtUp();
    expect(errors).toEqual([]);
    expect(told).toEqual(['a/review', 'x', 'b/review']);
    expect(queued()).toEqual(told);
  });

  it('tells nobody twice while the queue cannot be written', async () => {
    await follower.close();
    // The queue breaks between two lines of one batch.
    follow(async ({ event_id: id }) => {
      told.push(id);
      if (told.length > 1) return;
      rmSync(at('approval_queue.jsonl'));
      mkdirSync(at('approval_queue.jsonl'));
    });
    write(line('a/review') + line('b/review'));
    await soon(() => errors.length >= 3);
    expect(told).toEqual(['a/review']);
    // No look that failed counts as one that went well.
    const well = looks;
    await soon(() => errors.length >= 5);
    expect(looks).toBe(well);
    rmdirSync(at('approval_queue.jsonl'));
    await caughtUp();
    await soon(() => looks > well);
    expect(told).toEqual(['a/review', 'b/review']);
    expect(queued()).toEqual(told);
  });

  it('closes in the middle of a wait', async () => {
    await follower.close();
    // Nobody turns this clock: whoever waits for the next look waits for ever.
    jest.useFakeTimers({
      doNotFake: ['nextTick', 'queueMicrotask', 'setImmediate', 'setInterval', 'clearInterval', 'Date', 'performance'],
    });
    try {
      const waiting = follow();
      await soon(() => jest.getTimerCount() === 1);
      await waiting.close();
      expect(jest.getTimerCount()).toBe(0);
    } finally {
      jest.useRealTimers();
    }
  });

  it('tells nothing any more once it is closed', async () => {
    write(line('a/review'));
    await caughtUp();
    await follower.close();
    const others: string[] = [];
    const other = followAs('another cursor', 'another queue', async ({ event_id: id }) => void others.push(id));
    for (const [index, name] of ['b', 'c', 'd'].entries()) {
      write(line(`${name}/review`));
      // Whoever still followed would be told in the same moment, or at the next one.
      await soon(() => others.length === index + 2);
    }
    await other.close();
    expect(told).toEqual(['a/review']);
  });
});
