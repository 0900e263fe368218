import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { PackedResult } from '../../../src/domain/action/packing.js';
import { packResult } from '../../../src/domain/action/packing.js';
import type { ExecutionResult } from '../../../src/domain/action/result.js';
import type { BrainBench } from '../../support/vessel/brains.js';
import { answerOf, openBrain } from '../../support/vessel/brains.js';
import { useFolders } from '../../support/folders.js';
import { aFinish, aResult } from '../../support/trail/ledgers.js';
import { sha256 } from '../../support/proposals/proposals.js';
import { closeTrails, recordsIn } from '../../support/trail/trails.js';

const folder = useFolders();
afterEach(closeTrails);

let here: string;
let brain: BrainBench;
let sound: Awaited<ReturnType<BrainBench['passed']>>;
const steps = [
  { tool_name: 'shell', tool_args: ['one'], expect: { stdout_contains: ['out'] } },
  { tool_name: 'shell', tool_args: ['two'], rollback: [{ tool_name: 'shell', tool_args: ['undo'] }] },
];
beforeEach(async () => {
  here = folder();
  brain = openBrain(here);
  sound = await brain.passed({ tool_name: undefined, tool_args: undefined, steps });
});
const request = (result: ExecutionResult) => ({
  ...sound,
  act: 'execute' as const,
  ...answerOf(sound.plan, { act: 'execute', answer: packed(result) }),
  decidedBy: 'ana',
});
const record = (result: ExecutionResult) => brain.recordResult(request(result));
const packed = (result: ExecutionResult): ExecutionResult<PackedResult> =>
  'steps' in result ? { ...result, steps: result.steps.map(packResult) } : result;
const last = () => recordsIn(brain.file).at(-1);

describe('recordResult (spec X6, P6)', () => {
  it('writes a line for each connection, and counts them in that of the tool (spec X4)', async () => {
    const reached = { host: 'example.org', port: 443, ip: '93.184.215.14', tx: 10, rx: 20, ms: 5, verdict: 'allowed' };
    const refused = { host: 'evil.example', port: 443, tx: 0, rx: 0, ms: 1, verdict: 'DOMAIN_NOT_ALLOWED' };
    const network = { connections: 2, denied: 1, tx: 10, rx: 20, records: [reached, refused] };
    await record(aFinish({ steps: [aResult({ connections: 2, network }), aResult({ exitCode: 0 })] }));
    expect(recordsIn(brain.toolFile)).toEqual([
      expect.objectContaining({ id: 'janus-0123456789ab/tool/0/connection/0', event_type: 'network_connection', ...reached }),
      expect.objectContaining({ id: 'janus-0123456789ab/tool/0/connection/1', ...refused, ip: null }),
      expect.objectContaining({ id: 'janus-0123456789ab/tool/0', event_type: 'tool_use', connections: 2, connections_denied: 1 }),
      expect.objectContaining({ id: 'janus-0123456789ab/tool/1' }),
    ]);
  });

  it('writes a line for each tool with the keys of the charter, and one for the proposal (spec L1)', async () => {
    expect(await record(aFinish({ steps: [aResult({ tier: 'cgroup-v1' }), aResult({ exitCode: 0 })] }))).toEqual({
      kind: 'recorded',
      ok: true,
      problems: [],
    });
    expect(recordsIn(brain.toolFile)).toEqual([
      expect.objectContaining({
        id: 'janus-0123456789ab/tool/0',
        event_type: 'tool_use',
        action_id: 'janus-0123456789ab',
        tool: '/usr/bin/bash',
        tool_name: 'shell',
        arguments_hash: `sha256:${sha256(JSON.stringify(sound.plan.steps[0]!.args))}`,
        runtime_seconds: 1,
        cpu_percent: 50,
        memory_mb: 3,
        exit_status: 0,
        termination: 'exit',
        tier: 'cgroup-v1',
        started_at: '2026-01-02T03:04:05.000Z',
        output_digest: `sha256:${sha256('out\n')}`,
      }),
      expect.objectContaining({ id: 'janus-0123456789ab/tool/1' }),
    ]);
    expect(last()).toMatchObject({
      id: 'janus-0123456789ab/result',
      event_type: 'action_completed',
      status: 'completed',
      digest: sound.digest,
      approved_by: 'ana',
      exit_status: 0,
    });
  });

  const finish = (first = {}, second: object | null = {}, change = {}) =>
    aFinish({ steps: [aResult(first), ...(second === null ? [] : [aResult(second)])], ...change });
  it.each<[string, ExecutionResult, string[]]>([
    ['an exit code that hands call a success', finish({ exitCode: 1 }), ['step 1: exit code 1, expected 0']],
    [
      'an output that is not what was expected',
      finish({ stdout: { ...aResult().stdout, found: [] } }),
      ['step 1: stdout does not contain "out"'],
    ],
    ['a step that hands forgot', finish({}, null), ['step 2: was not started']],
    ['a limit', finish({}, { reason: 'wall', exitCode: 0, note: 'too long' }), ['step 2: ended by wall: too long']],
    ['a failure that only hands saw', finish({}, {}, { ok: false, problems: ['why'] }), ['hands reported a failure', 'why']],
    ['a cancellation', { state: 'cancelled', host: 'here', steps: [], startedSteps: 0, why: 'by ana' }, ['cancelled: by ana']],
    ['an interruption', { state: 'interrupted', host: 'here', steps: [], startedSteps: 1 }, ['interrupted on here']],
  ])('is not deceived by %s', async (_, result, problems) => {
    expect(await record(result)).toMatchObject({ kind: 'recorded', ok: false, problems });
    expect(last()).toMatchObject({
      event_type: result.state === 'interrupted' ? 'action_interrupted' : 'execution_failed',
      status: 'executing',
    });
  });

  it.each<[string, ExecutionResult]>([
    ['what never ran', { state: 'not_started', host: 'here', code: 'X', why: '' }],
    ['a dry run', { state: 'dry_run', host: 'here', commandLines: [] }],
  ])('writes nothing of %s, and calls it no success', async (_, result) => {
    expect(await record(result)).toEqual({ kind: 'verified', ok: false, problems: [`not run: ${result.state}`] });
    expect(last()).toMatchObject({ event_type: 'action_proposed' });
  });

  it('adds nothing when it is asked again, here or after a restart', async () => {
    const result = finish();
    const answers = [await record(result), await record(result), await openBrain(here).recordResult(request(result))];
    expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
    expect(recordsIn(brain.toolFile)).toHaveLength(2);
    expect(recordsIn(brain.file)).toHaveLength(2);
  });

  it('answers that the trail cannot be written', async () => {
    brain.circumstances.broken = true;
    expect(await record(finish())).toEqual({ kind: 'audit_unavailable', why: 'the disk is full' });
  });
});

describe('recordEnd', () => {
  it('writes the end once, and what the rollback came to', async () => {
    const request = {
      ...sound,
      status: 'rolled_back' as const,
      reason: 'exit code 1',
      decidedBy: 'ana',
      rollbacks: [
        { index: 0, state: 'finished' as const, ok: true },
        { index: 1, state: 'refused' as const, ok: false },
      ],
    };
    const answer = await brain.recordEnd(request);
    expect(await brain.recordEnd(request)).toEqual(answer);
    expect(answer).toMatchObject({ kind: 'recorded', receipt: { log: 'proposals', seq: 1 } });
    expect(last()).toMatchObject({
      id: 'janus-0123456789ab/end',
      event_type: 'action_rolled_back',
      status: 'rolled_back',
      summary: 'exit code 1',
      decided_by: 'ana',
      rollback: [
        { index: 0, state: 'finished', ok: true },
        { index: 1, state: 'refused', ok: false },
      ],
    });
  });
});
