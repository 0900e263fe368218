import { appendFileSync, existsSync, mkdirSync, readFileSync, rmSync, rmdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Notification } from '../../../src/adapters/notify/script-notifier.js';
import { followTrail, toNotification } from '../../../src/adapters/notify/trail-follower.js';
import { useFolders } from '../../support/folders.js';
import { aDocument } from '../../support/proposals/proposals.js';
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
  let follower: ReturnType<typeof followTrail>;
  const at = (name: string) => join(here, name);
  const follow = (notify?: (notification: Notification) => Promise<void>) =>
    (follower = followTrail({
      proposalsFile: at('proposals.jsonl'),
      cursorFile: at('cursor'),
      approvalQueueFile: at('approval_queue.jsonl'),
      notify: notify ?? (async ({ event_id: id }) => void told.push(id)),
      pollMilliseconds: 20,
      onError: (error) => errors.push(error),
    }));
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
      '{"id":"x","event_type":"action_proposed","action_id":"x","proposal":{"proposal_id":5}}',
    ];
    write(line('a/review') + odd.map((each) => `${each}\n`).join('') + line('b/review'));
    await caughtUp();
    expect(errors).toEqual([]);
    expect([told[0], told.at(-1)]).toEqual(['a/review', 'b/review']);
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
    rmdirSync(at('approval_queue.jsonl'));
    await caughtUp();
    expect(told).toEqual(['a/review', 'b/review']);
    expect(queued()).toEqual(told);
  });

  it('closes in the middle of a wait', async () => {
    await follower.close();
    write(line('a/review'));
    expect(told).toEqual([]);
  });
});

describe('toNotification (spec A6)', () => {
  it("has the fields of the seed's script, and shows what hides", () => {
    const record = recordOf('janus-0123456789ab/review', {
      action_type: 'disk_report',
      risk_level: 'low',
      status: 'proposed',
      digest: 'abc',
      deadline: '2026-01-03T03:04:05.678Z',
      summary: 'harmless\u202elufmrah\u001b[2J',
    });
    expect(toNotification(record)).toEqual({
      schema: 'janus.notification/v1',
      event: 'requested',
      event_id: 'janus-0123456789ab/review',
      proposal_id: 'janus-0123456789ab',
      vessel_id: 'balaur',
      timestamp: '2026-01-02T00:00:00.000Z',
      action_type: 'disk_report',
      risk_level: 'low',
      summary: 'harmless⟦U+202E⟧lufmrah⟦U+001B⟧[2J',
      status: 'proposed',
      digest: 'abc',
      expires_at: '2026-01-03T03:04:05.678Z',
      review_command: 'ubos review janus-0123456789ab',
      approve_command: 'ubos approve janus-0123456789ab',
      reject_command: "ubos reject janus-0123456789ab --reason '...'",
    });
  });

  it('says the digest in words as the review does, and shows what pretends to be one (spec A5)', () => {
    const digest = '7f000001'.repeat(8);
    const told = (change: Record<string, unknown>) => toNotification(recordOf('a/review', { proposal: aDocument(), ...change }));
    expect(told({ digest })).toMatchObject({ digest, digest_words: 'lusab-babad-lusab-babad' });
    expect(told({ digest })?.review).toContain('\nIn words: lusab-babad-lusab-babad\n');
    const forged = told({ digest: `${digest}\u202e`, vessel_id: 'a\u0007' });
    expect(forged).toMatchObject({ digest: `${digest}⟦U+202E⟧`, vessel_id: 'a⟦U+0007⟧' });
    expect(told({ deadline: '\u001b[2J' })).toMatchObject({ expires_at: '⟦U+001B⟧[2J' });
    expect(forged).not.toHaveProperty('digest_words');
    expect(forged?.review?.replaceAll('\n', '')).not.toMatch(/\p{Cc}|\p{Bidi_Control}/u);
  });

  it('carries the review of what is asked for, and fits into one argument however hostile its text is (spec A5, A6)', () => {
    const hostile = '\u202e'.repeat(4_000);
    const texts = {
      rationale: hostile,
      rollback_plan: hostile,
      mission_context: hostile.slice(0, 2_000),
      expected_outcome: hostile.slice(0, 2_000),
    };
    const told = (proposal: unknown) => toNotification(recordOf('a/review', { proposal }));
    expect(told(aDocument())?.review).toContain('The operator wants to know');
    const json = JSON.stringify(told(aDocument(texts)));
    expect(told(aDocument(texts))?.review).toContain('⟦U+202E⟧');
    expect(Buffer.byteLength(json)).toBeLessThan(131_072);
    expect(told({ sha256: 'too long for its record' })).not.toHaveProperty('review');
  });

  it('says nothing of what concerns nobody, and takes any record', () => {
    for (const type of ['start_authorised', 'tool_use', 'torn_tail_sealed', 'toString', '__proto__']) {
      expect(toNotification(recordOf('a/x', { event_type: type }))).toBeUndefined();
    }
    fc.assert(
      fc.property(
        fc.dictionary(fc.constantFrom('summary', 'action_id', 'digest', 'id', 'status', 'vessel_id'), fc.anything()),
        (change) => {
          expect(() => toNotification(recordOf('a/x', change))).not.toThrow();
        },
      ),
    );
  });
});
