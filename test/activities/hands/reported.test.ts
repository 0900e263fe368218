import { afterEach, describe, expect, it } from '@jest/globals';
import { createTrailReport } from '../../../src/domain/trail/report.js';
import { answerOf, openBrain } from '../../support/vessel/brains.js';
import { useFolders } from '../../support/folders.js';
import { aFinish, aResult } from '../../support/trail/ledgers.js';
import { closeTrails, recordsIn } from '../../support/trail/trails.js';

const folder = useFolders();
afterEach(closeTrails);

describe('the report reads what the brain writes (spec L4, P6)', () => {
  it('one that completed, one that people rejected, one that nobody decided, one that rules refused', async () => {
    const brain = openBrain(folder());
    const at = (time: string) => {
      brain.circumstances.now = new Date(`2026-01-02T${time}.000Z`);
    };
    at('03:00:00');
    const passed = (digit: string) => brain.passed({ proposal_id: `janus-00000000000${digit}`, tool_args: [`echo ${digit}`] });
    const [first, second, third] = [await passed('1'), await passed('2'), await passed('3')];
    await brain.review({ proposal_id: 'janus-000000000004', rationale: 'because' });
    at('03:10:00');
    const approve = { kind: 'approve' as const, by: 'ana', digest: first.digest.slice(0, 32) };
    await brain.authoriseStart({ ...first, decisions: [approve], decidedAt: '2026-01-02T03:05:00.000Z', attempt: 0, verdict: 1 });
    const answer = aFinish({ steps: [aResult({})] });
    await brain.recordResult({ ...first, act: 'execute', ...answerOf(first.plan, { act: 'execute', answer }), decidedBy: 'ana' });
    const decided = { decidedBy: 'ana', decidedAt: '2026-01-02T03:00:30.000Z' };
    await brain.recordEnd({ ...second, status: 'rejected', reason: 'no', ...decided });
    await brain.recordEnd({ ...third, status: 'expired', reason: 'silence', timedOut: true });

    const projection = createTrailReport('2026-01-01T00:00:00.000Z', '2026-02-01T00:00:00.000Z');
    for (const record of recordsIn(brain.file)) projection.apply(record);
    expect(projection.snapshot()).toMatchObject({
      proposedByRisk: { low: 3 },
      decisions: { approved: 1, rejected: 1, expired: 1, refusedByReview: 1 },
      ends: { completed: 1, expired: 1, refused: 1, rejected: 1 },
      secondsToDecideByRisk: { low: { count: 2, median: 30, max: 300 } },
    });
  });
});
