import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { modeOf } from '../../../../deploy/audit-verify.mjs';
import { day } from '../../../../src/domain/modes/settings.js';
import { useFolders } from '../../../support/folders.js';
import { lifeIn } from '../../../support/modes/trail-life.js';
import { dayOne, isoOf } from '../../../support/modes/trails.js';
import { signedApprovals, testKeys } from '../../../support/proposals/approvals.js';
import { sha256 } from '../../../support/proposals/proposals.js';
import { closeTrails, openTrail } from '../../../support/trail/trails.js';
import { openBrain } from '../../../support/vessel/brains.js';
import { ubos } from '../../../cli/support/ubos.js';

const folder = useFolders();
afterEach(closeTrails);
const isOwn = (text: string, signature: string) => signature === sha256(`brain ${text}`);
const now = dayOne + 30 * day;
let here: string;
beforeEach(() => {
  here = folder();
});

type Life = ReturnType<typeof lifeIn>;
const proposed = (life: Life, id: string, by: string) =>
  life.write('proposals', 'action_proposed', { proposer_assurance: by, action_type: 'clean_up' }, `${id}/review`, id);
const rejected = (life: Life, id: string) =>
  life.write('proposals', 'action_rejected', { decided_by: 'ana', assurance: 'signed' }, `${id}/end`, id);
const approved = (life: Life, id: string) =>
  life.write('proposals', 'action_approved', { approved_by: ['ana'], assurance: 'signed' }, `${id}/approved`, id);

/** Made in a file that retention removes, decided in the next one, which stays. */
async function acrossTheCut({ withCheckpoint }: { readonly withCheckpoint: boolean }) {
  const life = lifeIn(here);
  await life.cycles(30);
  for (const id of ['janus-0000000000aa', 'janus-0000000000ab']) await proposed(life, id, 'brain');
  await proposed(life, 'janus-0000000000ac', 'signed');
  const { trail } = openTrail(here, { clock: () => life.clock.now });
  await trail.rotate('proposals');
  await rejected(life, 'janus-0000000000aa');
  await approved(life, 'janus-0000000000ab');
  await rejected(life, 'janus-0000000000ac');
  const brain = openBrain(here, {
    approvals: { policy: signedApprovals, signatures: testKeys(), vouchers: { isOwn } },
    mode: { ceiling: 'omega' },
  });
  brain.circumstances.now = new Date(now);
  if (withCheckpoint) await brain.lookAtMode({ identity: { workflowId: 'janus-test-vessel', firstRunId: 'r1' } });
  const { removed } = await trail.prune('proposals', new Date('2190-01-01'));
  expect(removed).toHaveLength(1);
  const { stdout } = await ubos(`mode check --json --trail ${here} --at ${isoOf(now)}`, {
    cwd: here,
    config: () => {
      throw new Error('it needs none');
    },
  });
  const month = ({ figures }: Record<string, unknown>) => (figures as { month: { approved: number; rejected: number } }).month;
  return [month(modeOf(here, { now, until: now, doubtOn: undefined })), month(JSON.parse(stdout) as Record<string, unknown>)];
}

describe('what was proposed before the beginning that retention left, and decided behind it (spec L4, T7)', () => {
  it('counts as it did where a checkpoint saw it whole, by both programs; what a person proposed never does', async () => {
    for (const month of await acrossTheCut({ withCheckpoint: true })) expect(month).toMatchObject({ approved: 1, rejected: 1 });
  });

  it('never raises a mode where none did: an approval is nobody’s, and a rejection counts', async () => {
    for (const month of await acrossTheCut({ withCheckpoint: false })) expect(month).toMatchObject({ approved: 0, rejected: 2 });
  });
});
