import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { modeOf } from '../../../../deploy/audit-verify.mjs';
import type { KnownMode } from '../../../../src/contract/orders.js';
import { day } from '../../../../src/domain/modes/settings.js';
import { ensurePermitKeys } from '../../../../src/adapters/permit/create-permits.js';
import { aConfig, ubos } from '../../../cli/support/ubos.js';
import { useFolders } from '../../../support/folders.js';
import { lifeIn } from '../../../support/modes/trail-life.js';
import { dayOne, isoOf } from '../../../support/modes/trails.js';
import { signedApprovals, testKeys } from '../../../support/proposals/approvals.js';
import { sha256 } from '../../../support/proposals/proposals.js';
import { closeTrails, openTrail, recordsIn } from '../../../support/trail/trails.js';
import type { BrainBench } from '../../../support/vessel/brains.js';
import { openBrain } from '../../../support/vessel/brains.js';
import { signedOrder } from '../../../support/vessel/orders.js';

const folder = useFolders();
afterEach(closeTrails);

const identity = { workflowId: 'janus-test-vessel', firstRunId: 'r1' };
const [isOwn, isNot] = [(text: string, signature: string) => signature === sha256(`brain ${text}`), () => false];
const end = dayOne + 30 * day;
let here: string;
beforeEach(() => {
  here = folder();
});

/** A brain that takes a checkpoint for its own or not. */
function open(isOwnWord: typeof isOwn, now: number): BrainBench {
  const vouchers = { isOwn: isOwnWord };
  const brain = openBrain(here, { approvals: { policy: signedApprovals, signatures: testKeys(), vouchers }, mode: { ceiling: 'omega' } });
  brain.circumstances.now = new Date(now);
  return brain;
}

async function look(brain: BrainBench, known?: KnownMode): Promise<KnownMode> {
  const seen = await brain.lookAtMode({ identity, ...(known && { known }) });
  if (seen.kind !== 'mode') throw new Error(seen.why);
  return seen.known;
}

/** Thirty days, beta by a signed word, and retention that removes all that was decided. Returns what the workflow knows. */
async function prunedBeta({ withCheckpoint = true } = {}): Promise<KnownMode> {
  const life = lifeIn(here);
  await life.cycles(30);
  await life.decide(1_000);
  const brain = open(isOwn, end);
  const times = { issued_at: isoOf(end), expires_at: isoOf(end + day) };
  if (withCheckpoint) await look(brain);
  const order = await signedOrder({ kind: 'authorise', by: 'ana', reason: 'it has', of: 'mode-initial', mode: 'beta' }, times);
  expect(await brain.judgeOrder({ identity, order, receivedAt: isoOf(end) })).toMatchObject({ code: 'ACCEPTED' });
  const { trail } = openTrail(here);
  await trail.rotate('proposals');
  const { removed } = await trail.prune('proposals', new Date('2190-01-01'));
  expect(removed).toHaveLength(withCheckpoint ? 1 : 0);
  const last = recordsIn(join(here, 'mission_log.jsonl')).findLast(({ event_type: type }) => type === 'mode_change')!;
  return { mode: 'beta', standing: String(last['mode_id' as never]), record: { id: last.id, seq: last.seq, prev: last.prev } };
}

const verdictOf = async (at: string) => {
  const { stdout } = await ubos(`mode check --json --trail ${here} --at ${at}`, {
    cwd: here,
    config: () => Promise.reject(new Error('no')),
  } as never);
  return JSON.parse(stdout) as Record<string, unknown>;
};

it('a mode outlives the records that it rests on: checkpoints keep what they said, and both programs say so (spec L4, T7)', async () => {
  const known = await prunedBeta();
  expect(recordsIn(join(here, 'proposals.jsonl')).every(({ event_type: type }) => type !== 'action_approved')).toBe(true);
  expect((await look(open(isOwn, end + day), known)).mode).toBe('beta');
  const now = end + day;
  const [alone, said] = [modeOf(here, { now, until: now, doubtOn: undefined }) as Record<string, unknown>, await verdictOf(isoOf(now))];
  expect(said).toMatchObject({ earned: 'beta', unearned: [], figures: { month: { approved: 1_000, rejected: 0 } } });
  for (const key of ['earned', 'recorded', 'figures', 'unearned']) expect(alone[key]).toEqual(said[key]);
  const earnedBy = (signed: typeof isOwn) => modeOf(here, { now, until: now, doubtOn: undefined, brain: { vessel: 'x', signed } }).earned;
  expect([earnedBy(isOwn), earnedBy(isNot)]).toEqual(['beta', 'alpha']);
});

it('a checkpoint that the brain did not sign stands in for nothing: the step up was not earned (spec T7)', async () => {
  const known = await prunedBeta();
  expect((await look(open(isNot, end + day), known)).mode).toBe('alpha');
});

it('a person hears how many there are, and how they count again: the key from before, kept beside the new one (spec T7)', async () => {
  await prunedBeta();
  await ensurePermitKeys(join(here, 'keys'));
  for (const verb of ['show', 'check', 'explain']) {
    const { stdout, stderr } = await ubos(`mode ${verb}`, { config: aConfig({}, here), cwd: here });
    expect((stdout + stderr).replaceAll(/\s+/g, ' ')).toMatch(/stand in for removed records, 4 bear .*permit-NAME\.pub/);
  }
  const { stdout } = await ubos('mode show --json', { config: aConfig({}, here), cwd: here });
  expect(JSON.parse(stdout)).toMatchObject({ strange_checkpoints: 4, earned: 'alpha' });
});

it('what no checkpoint keeps is not removed, however old it is (spec L4)', async () => {
  const known = await prunedBeta({ withCheckpoint: false });
  expect((await look(open(isOwn, end + day), known)).mode).toBe('beta');
});
