import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Order } from '../../../src/domain/approval/order.js';
import type { Restored } from '../../../src/domain/backup/restored.js';
import { useFolders } from '../../support/folders.js';
import { openApprovals, signedApprovals, testKeys, twoOfTrinity } from '../../support/proposals/approvals.js';
import { closeTrails, openTrail, recordsIn } from '../../support/trail/trails.js';
import { openBrain } from '../../support/vessel/brains.js';
import { signedOrder } from '../../support/vessel/orders.js';

const folder = useFolders();
afterEach(closeTrails);

const restored: Restored = {
  ...{ id: 'restore-0123456789ab', backup: 'backup-0123456789abcdef', takenAt: '2026-01-01T00:00:00.000Z' },
  ...{ at: '2026-01-02T00:00:00.000Z', folder: 'before-restore-20260102T000000Z', setAside: ['temporal.db-wal'] },
};
const yes: Order = { kind: 'acknowledge_restore', by: 'ana', reason: 'the disk was lost', of: restored.id };
const identity = { workflowId: 'janus-test-vessel', firstRunId: 'r1' };
const receivedAt = '2026-01-02T03:04:05.000Z';

let here: string;
let isPending: boolean;
beforeEach(() => {
  here = folder();
  isPending = true;
});

function open(policy = openApprovals) {
  const { trail } = openTrail(here);
  return openBrain(here, {
    approvals: { policy, signatures: testKeys() },
    restore: {
      trail,
      pending: () => (isPending ? restored : undefined),
      verified: async () => [{ log: 'mission_log', to: 0, leaf: 'ab' }],
      acknowledged: async () => void (isPending = false),
    },
  });
}
const missionLog = () => recordsIn(join(here, 'mission_log.jsonl'));

describe('the yes after a restore (spec D3)', () => {
  it('opens the trail, and says from which heads and what was set aside', async () => {
    const judged = await open().judgeOrder({ identity, order: yes, receivedAt });
    expect(judged).toMatchObject({ kind: 'judged', accepted: true, code: 'ACCEPTED' });
    expect(isPending).toBe(false);
    expect(missionLog().find(({ event_type: type }) => type === 'vessel_restored')).toMatchObject({
      ...{ by: 'ana', reason: 'the disk was lost', assurance: 'unsigned', restore: restored.id, backup: restored.backup },
      ...{ taken_at: restored.takenAt, set_aside: ['temporal.db-wal'], logs: [{ log: 'mission_log', to: 0, leaf: 'ab' }] },
    });
  });

  it('is signed where there are keys (spec A3)', async () => {
    expect(await open(signedApprovals).judgeOrder({ identity, order: yes, receivedAt })).toMatchObject({ code: 'SIGNATURE_REQUIRED' });
    expect(isPending).toBe(true);
    expect(await open(signedApprovals).judgeOrder({ identity, order: await signedOrder(yes), receivedAt })).toMatchObject({
      code: 'ACCEPTED',
    });
    expect(isPending).toBe(false);
  });

  it('takes as many persons as an approval of that risk', async () => {
    const brain = open(twoOfTrinity);
    const said = async (by: string) =>
      brain.judgeOrder({ identity, order: await signedOrder({ ...yes, by }), receivedAt: `2026-01-02T03:04:0${by.length}.000Z` });
    expect(await said('claude')).toMatchObject({ code: 'AWAITS_OTHERS' });
    expect(isPending).toBe(true);
    expect(await said('gemini')).toMatchObject({ code: 'AWAITS_OTHERS' });
  });

  it('about another restore counts for nothing', async () => {
    expect(await open().judgeOrder({ identity, order: { ...yes, of: 'restore-ffffffffffff' }, receivedAt })).toMatchObject({
      code: 'NOT_CURRENT',
    });
    expect(isPending).toBe(true);
  });

  it('where nothing was put back is refused', async () => {
    isPending = false;
    expect(await open().judgeOrder({ identity, order: yes, receivedAt })).toMatchObject({ accepted: false, code: 'NOTHING_STANDS' });
  });

  it('takes back what was approved before: it is asked about again, and what is approved afterwards starts (spec K3)', async () => {
    const brain = open();
    const sound = await brain.passed();
    const start = (decidedAt: string) =>
      brain.authoriseStart({
        ...{ ...sound, decidedAt, attempt: 0, verdict: 1 },
        decisions: [{ kind: 'approve', by: 'ana', digest: sound.digest.slice(0, 32) }],
      });
    await brain.judgeOrder({ identity, order: yes, receivedAt });
    // What is recorded bears the time of the trail.
    const said = Date.parse(missionLog().find(({ event_type: type }) => type === 'vessel_restored')?.timestamp ?? '');
    await brain.lookAtStanding({ identity });
    expect(await start(new Date(said - 1).toISOString())).toMatchObject({
      kind: 'suspended',
      why: expect.stringContaining('a backup was put back'),
    });
    expect(await start(new Date(said).toISOString())).toMatchObject({ kind: 'authorised' });
  });
});
