import { existsSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { ResultRequest } from '../../../src/contract/activities.js';
import { JanusError } from '../../../src/domain/errors.js';
import type { PackedResult } from '../../../src/domain/action/packing.js';
import { packResult } from '../../../src/domain/action/packing.js';
import type { ExecutionResult } from '../../../src/domain/action/result.js';
import type { BrainBench, TestAnswer } from '../../support/vessel/brains.js';
import { answerOf, openBrain } from '../../support/vessel/brains.js';
import { useFolders } from '../../support/folders.js';
import { aFinish, aResult } from '../../support/trail/ledgers.js';
import { closeTrails, recordsIn } from '../../support/trail/trails.js';

const folder = useFolders();
afterEach(closeTrails);

let brain: BrainBench;
let sound: Awaited<ReturnType<BrainBench['passed']>>;
beforeEach(async () => {
  brain = openBrain(folder());
  const rollback = [{ tool_name: 'shell', tool_args: ['undo'] }];
  sound = await brain.passed({ tool_name: undefined, tool_args: undefined, steps: [{ tool_name: 'shell', tool_args: ['one'], rollback }] });
});

const packed = (result: ExecutionResult) =>
  ('steps' in result ? { ...result, steps: result.steps.map(packResult) } : result) as ExecutionResult<PackedResult>;
const success = packed(aFinish());
const request = (given: Partial<TestAnswer<ExecutionResult<PackedResult>>> = {}): ResultRequest => ({
  ...sound,
  act: 'execute',
  ...answerOf(sound.plan, { act: 'execute', answer: success, ...given }),
  decidedBy: 'ana',
});

describe('what the brain believes of the hands (spec X11, X5, P6)', () => {
  const forged: [string, () => ResultRequest, RegExp][] = [
    ['nobody signed it', () => ({ ...request(), answer: { act: 'execute', answer: success, signature: '' } }), /in their place/],
    [
      'somebody else signed it',
      () => ({ ...request(), answer: { ...request().answer, signature: 'c29tZWJvZHk=' } }),
      /not signed by the hands/,
    ],
    [
      'it says something else than was signed',
      () => ({ ...request(), answer: { ...request().answer, answer: packed(aFinish({ ok: false })) } }),
      /not signed by the hands/,
    ],
    [
      'it answers something else',
      () => ({ ...request(), answer: { ...request().answer, act: 'close' } }),
      /no signed answer to what was asked/,
    ],
    [
      'it was signed as an answer to something else',
      () => ({ ...request({ act: 'close' }), answer: { ...request({ act: 'close' }).answer, act: 'execute' } }),
      /not signed/,
    ],
    [
      'it was asked to settle, and shows what was said when it was asked to execute',
      () => ({ ...request(), act: 'settle' }),
      /what was asked/,
    ],
    ['it is about the permit of another run', () => request({ change: { firstRunId: 'another' } }), /another run/],
    [
      'it is about another permit of the same run',
      () => ({ ...request(), answer: request({ change: { receipt: 'proposals:9:0123456789abcdef' } }).answer }),
      /not signed/,
    ],
    ['it is about another plan', () => request({ change: { digest: 'd'.repeat(64) } }), /not one for the hands/],
    ['it is about a permit for a rollback', () => request({ change: { purpose: 'rollback', steps: 1 } }), /not one for the hands/],
    ['its permit names the key of other hands', () => request({ change: { hands: 'SHA256:others' } }), /not one for the hands/],
    [
      'its permit was not signed by this brain',
      () => ({ ...request(), permit: { ...request().permit, signature: 'forged' } }),
      /not one for the hands/,
    ],
    ['there is no permit', () => ({ ...request(), permit: null as never }), /cannot be verified/],
  ];

  it.each(forged)('nothing where %s', async (_, make, why) => {
    const before = [recordsIn(brain.file), existsSync(brain.toolFile)];
    expect(await brain.recordResult(make())).toEqual({ kind: 'refused', why: expect.stringMatching(why) });
    expect([recordsIn(brain.file), existsSync(brain.toolFile)]).toEqual(before);
  });

  it('nothing, whatever is sent in their name', async () => {
    const anything = fc.oneof(fc.anything(), fc.record({ act: fc.constant('execute'), answer: fc.anything(), signature: fc.anything() }));
    const before = recordsIn(brain.file);
    await fc.assert(
      fc.asyncProperty(anything, async (answer) => {
        expect(await brain.recordResult({ ...request(), answer: answer as never })).toMatchObject({ kind: 'refused' });
      }),
      { numRuns: 200 },
    );
    expect(recordsIn(brain.file)).toEqual(before);
  });

  it('what they signed, asked to execute or to settle', async () => {
    for (const act of ['execute', 'settle'] as const)
      expect(await brain.recordResult({ ...request({ act }), act })).toMatchObject({ kind: 'recorded', ok: true });
  });
});

describe('hands that have no key yet (spec X5)', () => {
  it('are permitted nothing: the workflow asks again', async () => {
    const unknown = new JanusError('HANDS_UNKNOWN', 'the hands of this host have no key that can be read');
    const fingerprint = () => {
      throw unknown;
    };
    const alone = openBrain(folder(), { hands: { fingerprint } });
    const passed = await alone.passed();
    const decisions = [{ kind: 'approve' as const, by: 'ana', digest: passed.digest }];
    const start = { ...passed, decisions, decidedAt: '2026-01-02T03:05:00.000Z', attempt: 1, verdict: 1 };
    expect(await alone.authoriseStart(start)).toEqual({ kind: 'audit_unavailable', why: unknown.message });
    const said = answerOf(passed.plan, { act: 'execute', answer: success });
    expect(await alone.recordResult({ ...passed, ...said, act: 'execute', decidedBy: 'ana' })).toMatchObject({ kind: 'audit_unavailable' });
  });
});

describe('what follows from a result (spec X8, X9)', () => {
  const failure = packed(aFinish({ ok: false, steps: [aResult({ exitCode: 1 })], problems: ['exit code 1'] }));
  const after = async (answer: ExecutionResult<PackedResult>, plan = sound.plan) =>
    brain.recordResult({ ...sound, plan, act: 'execute', ...answerOf(plan, { act: 'execute', answer }), decidedBy: 'ana' });

  it('a rollback gets a permit of its own, for the steps that were started', async () => {
    expect(await after(success)).not.toHaveProperty('rollback');
    brain = openBrain(folder());
    expect(await after(failure)).toMatchObject({ ok: false, rollback: { steps: 1, receipt: expect.stringMatching(/^proposals:0:/) } });
  });

  it('an interruption is probed first; then what did happen is undone, and no more', async () => {
    const plan = { ...sound.plan, probe: sound.plan.steps[0]! };
    const interrupted = { state: 'interrupted', host: 'here', steps: [], startedSteps: 1 } as const;
    const recorded = await after(interrupted, plan);
    expect(recorded).toMatchObject({ kind: 'recorded', ok: false, probe: { receipt: expect.any(String) } });
    expect(recorded).not.toHaveProperty('rollback');
    const found = (verdict: 'happened' | 'did_not_happen' | 'unknown') =>
      brain.recordProbe({
        ...sound,
        plan,
        ...answerOf(plan, { act: 'probe', answer: { verdict, result: packResult(aResult()) } }),
        startedSteps: 1,
      });
    expect(await found('unknown')).toMatchObject({ verdict: 'unknown', rollback: { steps: 1 } });
    expect(await found('did_not_happen')).toEqual({ kind: 'recorded', verdict: 'did_not_happen' });
    expect(await found('happened')).toEqual({ kind: 'recorded', verdict: 'happened' });
    expect(recordsIn(brain.toolFile).map(({ id }) => id)).toEqual(['janus-0123456789ab/probe']);
    expect(recordsIn(brain.file).at(-1)).toMatchObject({ event_type: 'action_probed', verdict: 'unknown' });
  });

  it('each command of a rollback has its line, once', async () => {
    const undone = answerOf(sound.plan, {
      act: 'rollback',
      index: 0,
      steps: 1,
      answer: { state: 'finished' as const, ok: true, result: packResult(aResult()), problems: [] },
    });
    for (let again = 0; again < 2; again += 1)
      expect(await brain.recordRollback({ ...sound, ...undone, index: 0 })).toEqual({ kind: 'recorded' });
    expect(recordsIn(brain.toolFile).map(({ id }) => id)).toEqual(['janus-0123456789ab/rollback/0']);
    expect(await brain.recordRollback({ ...sound, ...undone, index: 1 })).toMatchObject({ kind: 'refused' });
  });
});
