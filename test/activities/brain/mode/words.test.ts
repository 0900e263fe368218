import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { SignatureVerifier } from '../../../../src/adapters/signatures/signature-verifier.js';
import type { KnownMode } from '../../../../src/contract/orders.js';
import type { Order } from '../../../../src/domain/approval/order.js';
import { parseOrders } from '../../../../src/domain/controls/standing-orders.js';
import type { SignedWord } from '../../../../src/domain/modes/evidence.js';
import { charter, day } from '../../../../src/domain/modes/settings.js';
import { snakeKeys } from '../../../../src/domain/text/key-case.js';
import { useFolders } from '../../../support/folders.js';
import { lifeIn } from '../../../support/modes/trail-life.js';
import { dayOne, trinity, wordAt } from '../../../support/modes/trails.js';
import { signedApprovals, testKeys } from '../../../support/proposals/approvals.js';
import { closeTrails, recordsIn } from '../../../support/trail/trails.js';
import { openBrain } from '../../../support/vessel/brains.js';
import { signedOrder } from '../../../support/vessel/orders.js';

const folder = useFolders();
afterEach(closeTrails);

const identity = { workflowId: 'janus-test-vessel', firstRunId: 'r1' };
const end = dayOne + 30 * day;
/** What the keys of the host say. */
let keys: SignatureVerifier;
/** Those with which somebody says something now: some may have been revoked. */
const present = testKeys();
let here: string;
beforeEach(() => {
  here = folder();
  keys = testKeys();
  present.revoked.clear();
});

function open() {
  const verifier: SignatureVerifier = { verify: (signed) => keys.verify(signed) };
  const brain = openBrain(here, {
    approvals: { policy: signedApprovals, signatures: present },
    mode: { ceiling: 'omega', keys: verifier },
  });
  brain.circumstances.now = new Date(end + 1_000);
  return brain;
}

const changes = () => recordsIn(join(here, 'mission_log.jsonl')).filter(({ event_type: type }) => type === 'mode_change');
const good = () => wordAt(end, { kind: 'authorise', by: 'ana', of: 'mode-initial', mode: 'beta' });

/** A life that has earned beta, and a step up by these words, in lines whose chain and order are sound. Returns what the workflow knows. */
async function stepUpBy(...orders: readonly SignedWord[]): Promise<KnownMode> {
  const life = lifeIn(here);
  await life.cycles(30);
  await life.decide(60);
  const [mission, proposals] = ['mission_log.jsonl', 'proposals.jsonl'].map((name) => recordsIn(join(here, name)).at(-1)!);
  await life.write(
    'mission_log',
    'mode_change',
    {
      ...{ mode_id: 'mode-0123456789ab', of: 'mode-initial', from: 'alpha', to: 'beta', rule: 'authorised', reason: 'x', by: 'ana' },
      ...{ settings: snakeKeys(charter), ...trinity, figures: {}, orders },
      rests_on: { mission_log: { seq: mission!.seq, prev: mission!.prev }, proposals: { seq: proposals!.seq, prev: proposals!.prev } },
    },
    'mode/mode-initial/changed',
  );
  const { id, seq, prev } = changes()[0]!;
  return { mode: 'beta', standing: 'mode-0123456789ab', record: { id, seq, prev } };
}

/** What it tells the hands, who go by it. */
async function modeOf(brain: ReturnType<typeof open>): Promise<string | undefined> {
  const looked = await brain.lookAtStanding({ identity });
  return looked.kind === 'standing' ? parseOrders(looked.orders.text)?.mode : undefined;
}

async function look(brain: ReturnType<typeof open>, known: KnownMode): Promise<KnownMode> {
  const seen = await brain.lookAtMode({ identity, known });
  if (seen.kind !== 'mode') throw new Error(seen.why);
  return seen.known;
}

describe('the signed words that the mode rests on, verified by the brain at each look (spec T7)', () => {
  it('are good where somebody signed them who may', async () => {
    const known = await stepUpBy(good());
    const brain = open();
    expect(await modeOf(brain)).toBe('beta');
    expect((await look(brain, known)).mode).toBe('beta');
  });

  it.each<[string, () => SignedWord]>([
    ['forged', () => ({ ...good(), signature: 'x' })],
    ['of other words', () => ({ ...good(), statement: good().statement.replace('figures', 'numbers') })],
    ['about another mode', () => wordAt(end, { kind: 'authorise', by: 'ana', of: 'mode-initial', mode: 'omega' })],
    ['about what stood before', () => wordAt(end, { kind: 'authorise', by: 'ana', of: 'mode-ba9876543210', mode: 'beta' })],
    ['a recommendation', () => wordAt(end, { kind: 'recommend', by: 'ana', of: 'mode-initial', verdict: 'yes' })],
    ['expired', () => wordAt(end - 8 * day, { kind: 'authorise', by: 'ana', of: 'mode-initial', mode: 'beta' })],
    ['of another person', () => ({ ...good(), by: 'bo' })],
    ['of another key', () => ({ ...good(), key: 'SHA256:bo' })],
  ])('never lift it where one is %s, whatever the line says: it comes down, on record', async (_, word) => {
    const known = await stepUpBy(word());
    const brain = open();
    expect(await modeOf(brain)).toBe('alpha');
    expect((await look(brain, known)).mode).toBe('alpha');
    expect(changes()).toMatchObject([{ to: 'beta' }, { from: 'beta', to: 'alpha', rule: 'unearned', by: 'janus' }]);
  });

  it.each<[string, () => void, () => SignedWord]>([
    [
      'whose keys cannot be read',
      () => (keys = { verify: async () => ({ ok: false, code: 'SIGNATURES_UNAVAILABLE', why: 'no list' }) }),
      good,
    ],
    ['of a key that is listed no more', () => (keys = { verify: async () => ({ ok: false, code: 'SIGNER_UNKNOWN', why: 'who?' }) }), good],
    ['of somebody who may not', () => {}, () => wordAt(end, { kind: 'authorise', by: 'eve', of: 'mode-initial', mode: 'beta' })],
  ])('hold it down while there is one %s; nothing is taken away for good', async (_, lose, word) => {
    const known = await stepUpBy(word());
    const brain = open();
    lose();
    expect(await modeOf(brain)).toBe('alpha');
    expect((await look(brain, known)).mode).toBe('alpha');
    const restored = { kind: 'authorise' as const, by: 'bo', reason: 'again', of: 'mode-0123456789ab', mode: 'beta' as const };
    const times = { issued_at: new Date(end).toISOString(), expires_at: new Date(end + day).toISOString() };
    const order = await signedOrder(restored, times);
    const judged = await brain.judgeOrder({ identity, order, receivedAt: new Date(end).toISOString() });
    expect(judged).toMatchObject({ accepted: false, code: 'SIGNATURES_UNAVAILABLE' });
    expect(changes()).toHaveLength(1);
  });

  it('are looked at anew each time: a list that comes back lifts it again, one that goes lowers it', async () => {
    const known = await stepUpBy(good());
    const brain = open();
    const all = keys;
    keys = { verify: async () => ({ ok: false, code: 'SIGNATURES_UNAVAILABLE', why: 'no list' }) };
    const modes = [(await look(brain, known)).mode];
    for (const now of [all, keys]) {
      keys = now;
      modes.push((await look(brain, known)).mode);
    }
    expect(modes).toEqual(['alpha', 'beta', 'alpha']);
  });

  it('recommend nothing any more where their key was revoked since: only what they have brought about stays', async () => {
    await stepUpBy(good());
    const brain = open();
    const give = async (order: Pick<Order, 'kind' | 'by' | 'verdict' | 'mode'>) => {
      const times = { issued_at: new Date(end).toISOString(), expires_at: new Date(end + day).toISOString() };
      const signed = await signedOrder({ ...order, reason: 'as the figures say', of: 'mode-0123456789ab' }, times);
      return brain.judgeOrder({ identity, order: signed, receivedAt: new Date(end).toISOString() });
    };
    expect(await give({ kind: 'recommend', by: 'claude', verdict: 'yes' })).toMatchObject({ accepted: true });
    present.revoked.add('claude');
    const omega = { kind: 'authorise', by: 'ana', mode: 'omega' } as const;
    expect(await give(omega)).toMatchObject({ code: 'KEY_REVOKED', why: expect.stringContaining('claude') });
    present.revoked.clear();
    expect(await give(omega)).toMatchObject({ code: 'NOT_EARNED' });
    present.revoked.add('ana');
    expect(await modeOf(brain)).toBe('beta');
  });
});
