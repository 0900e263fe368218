import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Bench } from '../support/bench/bench.js';
import { openBench } from '../support/bench/bench.js';
import { freshKnobs } from '../support/bench/knobs.js';
import { approval, signedApprovals, signedBy, twoOfTrinity } from '../support/proposals/approvals.js';
import { decide } from '../support/bench/people.js';
import { waitingSigned } from '../support/bench/signed-people.js';

let bench: Bench;
beforeAll(async () => {
  bench = await openBench();
});
beforeEach(() => {
  Object.assign(bench.knobs, freshKnobs(), { approvals: signedApprovals });
});
afterAll(() => bench.close());

const waiting = (by?: string) => waitingSigned(bench, {}, by);

describe('a preview that an approver asks for (spec X7)', () => {
  it('binds its effect, and asks those again who approved the old digest (spec A4)', async () => {
    const { aPreview } = await import('../support/bench/fake-previewer.js');
    bench.knobs.approvals = twoOfTrinity;
    bench.knobs.preview = () => Promise.resolve(aPreview());
    bench.knobs.stagedEffect = 'ef'.repeat(32);
    const { handle, view } = await waiting();
    await decide(handle, signedBy('codex', view, approval));
    expect(await decide(handle, signedBy('gemini', view, { decision: 'preview' }))).toMatchObject({ accepted: true });
    const after = await bench.view(handle);
    expect(after).toMatchObject({ preview: { bound: true }, needs: 'trinity 0 of 2 (missing: claude, gemini, codex)' });
    expect(after.digest).not.toBe(view.digest);
    expect(await decide(handle, signedBy('gemini', view, approval))).toMatchObject({ code: 'DIGEST_MISMATCH' });
    await decide(handle, signedBy('gemini', after, approval));
    await decide(handle, signedBy('codex', after, approval));
    const { outcome, events } = await bench.ended(handle);
    expect(outcome.status).toBe('completed');
    expect(events.slice(0, 5)).toEqual([
      'action_proposed',
      'approval_given',
      'preview_requested',
      'action_previewed',
      'approval_withdrawn',
    ]);
  });

  it('is refused with the reason where there can be none', async () => {
    bench.knobs.emergencyStop.brain = 'a stop';
    const { handle, view } = await waiting();
    expect(await decide(handle, signedBy('ana', view, { decision: 'preview' }))).toMatchObject({
      code: 'PREVIEW_REFUSED',
      message: 'a stop',
    });
    await decide(handle, signedBy('ana', view, { decision: 'reject', reason: 'enough' }));
    await bench.ended(handle);
  });
});
