import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { useFolders } from '../../support/folders.js';
import { closeTrails, recordsIn } from '../../support/trail/trails.js';
import type { BrainBench } from '../../support/vessel/brains.js';
import { openBrain } from '../../support/vessel/brains.js';

const folder = useFolders();
afterEach(closeTrails);

let here: string;
let brain: BrainBench;
let sound: Awaited<ReturnType<BrainBench['passed']>>;
beforeEach(async () => {
  here = folder();
  brain = openBrain(here);
  sound = await brain.passed();
});
const ids = () => recordsIn(brain.file).map(({ id }) => id.replace('janus-0123456789ab/', ''));

describe('the review of a proposal (spec P3, P5)', () => {
  it('names the first run and what was reviewed', () => {
    const [review] = recordsIn(brain.file);
    expect(review).toMatchObject({ first_run_id: 'run', document_sha256: expect.stringMatching(/^[0-9a-f]{64}$/) });
  });

  it.each([
    ['another run with another document', 'another', { tool_args: ['rm -r /'] }],
    ['another run with the same document', 'another', {}],
    ['the same run with another document', 'run', { tool_args: ['rm -r /'] }],
  ])('is for no other: %s is refused, once, and the record stays as it is', async (_, first, change) => {
    const request = { identity: { ...sound.identity, firstRunId: first }, document: { ...sound.document, ...change } };
    for (const at of [brain, brain, openBrain(here)])
      expect(await at.reviewProposal(request)).toMatchObject({ kind: 'refused', violations: [{ rule: 'identity' }] });
    expect(ids()).toEqual(['review', `reused/${first}`]);
    expect(recordsIn(brain.file)[1]).toMatchObject({ event_type: 'id_reused', action_id: 'janus-0123456789ab' });
    // Its action is still in flight: the first one may run.
    expect(await brain.review({ proposal_id: 'janus-ffffffffffff' })).toMatchObject({ kind: 'refused', violations: [{ rule: 'novelty' }] });
  });

  it('is for what was refused, too: nobody gets a second verdict under its id', async () => {
    await brain.review({ proposal_id: 'janus-ffffffffffff', rationale: 'short' });
    expect(await brain.review({ proposal_id: 'janus-ffffffffffff', rationale: 'a rationale of more substance than that' })).toMatchObject({
      kind: 'refused',
      violations: [{ rule: 'identity' }],
    });
  });

  it('is asked for before anything else is recorded', async () => {
    const other = { ...sound, identity: { ...sound.identity, firstRunId: 'another' } };
    const found = { why: 'w' };
    for (const answer of [
      await brain.orderPreview({ ...other, round: 1 }),
      await brain.recordPreview({ ...other, found }),
      await brain.recordEnd({ ...other, status: 'rejected', reason: 'r' }),
      await brain.openGlassReview({ ...other, by: 'ana', reason: 'r' }),
    ])
      expect(answer).toMatchObject({ kind: 'refused', why: 'the audit trail has this id for another run' });
    expect(ids()).toEqual(['review']);
  });
});
