import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { KnownMode } from '../../../../src/contract/orders.js';
import type { Order } from '../../../../src/domain/approval/order.js';
import { parseOrders } from '../../../../src/domain/controls/standing-orders.js';
import { day, hour } from '../../../../src/domain/modes/settings.js';
import { useFolders } from '../../../support/folders.js';
import { lifeIn } from '../../../support/modes/trail-life.js';
import { dayOne, isoOf } from '../../../support/modes/trails.js';
import { signedApprovals, testKeys, twoOfTrinity } from '../../../support/proposals/approvals.js';
import { closeTrails, recordsIn } from '../../../support/trail/trails.js';
import type { BrainBench } from '../../../support/vessel/brains.js';
import { openBrain } from '../../../support/vessel/brains.js';
import { signedOrder } from '../../../support/vessel/orders.js';

const folder = useFolders();
afterEach(closeTrails);

const identity = { workflowId: 'janus-test-vessel', firstRunId: 'r1' };
const keys = testKeys();
let here: string;
let now: Date;
beforeEach(() => {
  here = folder();
  keys.revoked.clear();
});

const missionLog = () => recordsIn(join(here, 'mission_log.jsonl'));
const changes = () => missionLog().filter(({ event_type: type }) => type === 'mode_change');

function open(policy = signedApprovals, ceiling: 'alpha' | 'beta' | 'omega' = 'omega'): BrainBench {
  const brain = openBrain(here, { approvals: { policy, signatures: keys }, mode: { ceiling } });
  brain.circumstances.now = now;
  return brain;
}

/** Thirty days of alpha without a fault. */
async function earnBeta(approved = 60) {
  const life = lifeIn(here);
  await life.cycles(30);
  await life.decide(approved);
  now = new Date(dayOne + 30 * day);
  return life;
}

const valid = () => ({ issued_at: isoOf(now.getTime()), expires_at: isoOf(now.getTime() + day) });
const authorise = (change: Partial<Order> = {}): Order => ({
  ...{ kind: 'authorise', by: 'ana', reason: 'it has earned it', of: 'mode-initial', mode: 'beta' },
  ...change,
});

async function give(brain: BrainBench, order: Order) {
  brain.circumstances.now = now;
  const judged = await brain.judgeOrder({ identity, order, receivedAt: now.toISOString() });
  if (judged.kind !== 'judged') throw new Error(judged.why);
  now = new Date(now.getTime() + 1_000);
  return judged;
}
const signed = async (order: Order, change = {}) => signedOrder(order, { ...valid(), ...change });

async function look(brain: BrainBench, known?: KnownMode): Promise<KnownMode> {
  brain.circumstances.now = now;
  const seen = await brain.lookAtMode({ identity, ...(known && { known }) });
  if (seen.kind !== 'mode') throw new Error(seen.why);
  return seen.known;
}

describe('authorising beta (spec T7)', () => {
  it('takes a signed word about what stands, and the figures of this moment', async () => {
    await earnBeta();
    const brain = open();
    expect(await give(brain, await signed(authorise()))).toMatchObject({ accepted: true, code: 'ACCEPTED' });
    expect(changes()).toMatchObject([
      {
        ...{ from: 'alpha', to: 'beta', of: 'mode-initial', rule: 'authorised', by: 'ana', reason: 'it has earned it' },
        figures: { lived_seconds: 30 * 86_400, month: { approved: 60, rejected: 0 } },
        rests_on: { mission_log: { seq: 30 }, proposals: { seq: 119 } },
        orders: [{ by: 'ana', key: 'SHA256:ana' }],
      },
    ]);
    expect(await look(brain)).toMatchObject({ mode: 'alpha' });
  });

  it('is told to the hands of the host, who stop by it; never above what the configuration allows', async () => {
    await earnBeta();
    const told = async (brain: BrainBench) => {
      brain.circumstances.now = now;
      const looked = await brain.lookAtStanding({ identity });
      return looked.kind === 'standing' ? parseOrders(looked.orders.text)?.mode : undefined;
    };
    const brain = open();
    expect(await told(brain)).toBe('alpha');
    await give(brain, await signed(authorise()));
    expect(await told(brain)).toBe('beta');
    expect(await told(open(signedApprovals, 'alpha'))).toBe('alpha');
  });

  it.each<[string, () => Promise<Order>, string]>([
    ['unsigned', async () => authorise(), 'SIGNATURE_REQUIRED'],
    ['forged', async () => ({ ...(await signed(authorise())), signature: 'x' }), 'SIGNATURE_INVALID'],
    ['about another mode', async () => ({ ...(await signed(authorise())), mode: 'omega' }), 'WRONG_DECISION'],
    ['of another vessel', () => signed(authorise(), { vessel: 'other' }), 'WRONG_VESSEL'],
    ['expired', () => signed(authorise(), { issued_at: isoOf(dayOne), expires_at: isoOf(dayOne + day) }), 'STATEMENT_EXPIRED'],
    ['for longer than a week', () => signed(authorise(), { expires_at: isoOf(now.getTime() + 8 * day) }), 'STATEMENT_TOO_LONG'],
    ['for what does not stand', () => signed(authorise({ of: 'mode-0123456789ab' })), 'NOT_CURRENT'],
    ['a step too far', () => signed(authorise({ mode: 'omega' })), 'NOT_NEXT'],
    ['of somebody who may not', () => signed(authorise({ by: 'eve' })), 'NOT_AUTHORISED'],
  ])('%s is refused, and nothing changes', async (_, order, code) => {
    await earnBeta();
    expect(await give(open(), await order())).toMatchObject({ accepted: false, code });
    expect(changes()).toEqual([]);
  });

  it('is spent, whatever became of it: what was too early is not sent again later', async () => {
    const life = await earnBeta(51);
    const brain = open();
    const early = await signed(authorise());
    expect(await give(brain, early)).toMatchObject({ code: 'NOT_EARNED', why: expect.stringContaining('sample: 51') });
    life.clock.now = now;
    await life.decide(20);
    expect(await give(brain, early)).toMatchObject({ code: 'REPLAYED' });
    expect(await give(brain, await signed(authorise()))).toMatchObject({ code: 'ACCEPTED' });
    expect(await give(brain, early)).toMatchObject({ accepted: false });
    expect(changes()).toHaveLength(1);
  });

  it('never goes beyond the configuration, and takes as many as the rules say', async () => {
    await earnBeta();
    expect(await give(open(signedApprovals, 'alpha'), await signed(authorise()))).toMatchObject({ code: 'ABOVE_CONFIGURATION' });
    const brain = open(twoOfTrinity);
    expect(await give(brain, await signed(authorise({ by: 'claude' })))).toMatchObject({ code: 'AWAITS_OTHERS' });
    expect(changes()).toEqual([]);
    expect(await give(brain, await signed(authorise({ by: 'gemini' })))).toMatchObject({ code: 'ACCEPTED' });
    expect(changes()).toMatchObject([{ orders: [{ by: 'claude' }, { by: 'gemini' }] }]);
  });
});

describe('what the vessel looks at, at each wake and daily (spec T7)', () => {
  async function inBeta() {
    const life = await earnBeta();
    const brain = open();
    const known = await look(brain);
    await give(brain, await signed(authorise()));
    life.clock.now = now;
    return { life, brain, known: await look(brain, known) };
  }

  it('keeps beta as long as nothing speaks against it, and notes the figures once a day', async () => {
    const { brain, known } = await inBeta();
    expect(known).toMatchObject({ mode: 'beta' });
    for (const ahead of [hour, hour, day]) {
      now = new Date(now.getTime() + ahead);
      expect(await look(brain, known)).toMatchObject({ mode: 'beta' });
    }
    const checkpoints = missionLog().filter(({ event_type: type }) => type === 'mode_checkpoint');
    expect(checkpoints).toHaveLength(2);
    expect(checkpoints.at(-1)).toMatchObject({
      mode: 'beta',
      figures: { mode: 'beta' },
      signature: expect.stringMatching(/^[0-9a-f]{64}$/),
    });
  });

  it('brings it down by itself after a bad week, once, with the figures', async () => {
    const { life, brain, known } = await inBeta();
    await life.decide(0, 3);
    expect(await look(brain, known)).toMatchObject({ mode: 'alpha' });
    await look(brain, known);
    expect(changes()).toMatchObject([{ to: 'beta' }, { from: 'beta', to: 'alpha', rule: 'in_a_row', by: 'janus', orders: [] }]);
  });

  it('a word that was good for the beta before is worth nothing for the next one', async () => {
    const life = await earnBeta();
    const brain = open();
    const word = await signed(authorise(), { expires_at: isoOf(now.getTime() + 7 * day) });
    await give(brain, word);
    life.clock.now = now;
    await life.decide(0, 3);
    await look(brain, await look(brain));
    expect(await give(brain, { ...word, of: String(changes().at(-1)?.['mode_id']) })).toMatchObject({ accepted: false });
  });

  it('a workflow that does not know the mode begins in alpha; a signature brings back what the trail bears out', async () => {
    const { brain } = await inBeta();
    const lost = await look(brain);
    expect(lost.mode).toBe('alpha');
    expect(changes().at(-1)).toMatchObject({ from: 'beta', to: 'alpha', rule: 'workflow_lost' });
    const restore: Order = { kind: 'restore', by: 'ana', reason: 'the server was lost', of: lost.standing };
    expect(await give(brain, restore)).toMatchObject({ code: 'SIGNATURE_REQUIRED' });
    expect(await give(brain, await signed(restore))).toMatchObject({ code: 'ACCEPTED' });
    expect(await look(brain, lost)).toMatchObject({ mode: 'beta' });
  });

  it('but not after a violation in between', async () => {
    const { life, brain } = await inBeta();
    const lost = await look(brain);
    life.clock.now = now;
    await life.write('mission_log', 'constitutional_violation', { kind: 'test' }, 'violation-1');
    await give(brain, await signed({ kind: 'restore', by: 'ana', reason: 'the server was lost', of: lost.standing }));
    expect(await look(brain, lost)).toMatchObject({ mode: 'alpha' });
  });

  it('a trail that has lost what the workflow has seen is a breach: alpha', async () => {
    const { brain, known } = await inBeta();
    const cut = { ...known, record: { ...known.record, id: 'mode/checkpoint/99', seq: 99 } };
    expect(await look(brain, cut)).toMatchObject({ mode: 'alpha' });
    expect(missionLog()).toContainEqual(expect.objectContaining({ event_type: 'constitutional_violation', kind: 'cut_trail' }));
  });

  it('91 days without a sign end all autonomy before anything else', async () => {
    const { brain, known } = await inBeta();
    now = new Date(now.getTime() + 91 * day);
    expect(await look(brain, known)).toMatchObject({ mode: 'manual' });
    expect(changes().at(-1)).toMatchObject({ to: 'manual', rule: 'sunset' });
  });

  it('a flag counts once, on what ran alone and on nothing else', async () => {
    const { life, brain } = await inBeta();
    const id = await life.ranAlone();
    const flag: Order = { kind: 'flag', by: 'bo', reason: 'that was wrong', of: id };
    expect(await give(brain, await signed({ ...flag, of: 'janus-ffffffffffff' }))).toMatchObject({ code: 'DID_NOT_RUN_ALONE' });
    expect(await give(brain, await signed(flag))).toMatchObject({ code: 'ACCEPTED' });
    expect(await give(brain, await signed(flag))).toMatchObject({ code: 'NOTHING_CHANGES' });
    expect(missionLog()).toContainEqual(expect.objectContaining({ event_type: 'action_flagged', proposal_id: id, assurance: 'signed' }));
  });
});

describe('recommending omega (spec T7)', () => {
  const recommend = (by: string, of: string, verdict: 'yes' | 'no' = 'yes'): Order => ({
    kind: 'recommend',
    by,
    reason: 'I looked at it',
    of,
    verdict,
  });

  it('is for those who are named, of what stands, where omega is next', async () => {
    await earnBeta();
    const brain = open();
    const known = await look(brain);
    expect(await give(brain, await signed(recommend('claude', 'mode-initial')))).toMatchObject({ code: 'NOT_NEXT' });
    await give(brain, await signed(authorise()));
    const { standing } = await look(brain, known);
    expect(await give(brain, await signed(recommend('ana', standing)))).toMatchObject({ code: 'NOT_AUTHORISED' });
    expect(await give(brain, await signed(recommend('claude', 'mode-initial')))).toMatchObject({ code: 'NOT_CURRENT' });
    expect(await give(brain, await signed(recommend('claude', standing)))).toMatchObject({ code: 'ACCEPTED' });
    expect(missionLog().at(-1)).toMatchObject({ event_type: 'mode_recommended', by: 'claude', verdict: 'yes', of: standing });
  });
});
