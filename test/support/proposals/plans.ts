import fc from 'fast-check';
import { charterLimits } from '../../../src/domain/action/limits.js';
import type { ExecutionPlan, PlannedCommand, PlannedRollback } from '../../../src/domain/action/plan.js';
import { openTerms } from '../../../src/domain/approval/terms.js';
import type { CommandResult } from '../../../src/domain/action/result.js';

const text = fc.string({ unit: 'grapheme', maxLength: 20 });
const optional = { requiredKeys: ['tool', 'path', 'args'] as ('tool' | 'path' | 'args')[] };
const expectation = fc.record({ exitCode: fc.nat(255), stdoutContains: fc.array(text, { maxLength: 2 }) }, { requiredKeys: [] });
const commandShape = { tool: text, path: text, args: fc.array(text, { maxLength: 3 }), stdin: text, expect: expectation };
const command = fc.record(commandShape, optional) as fc.Arbitrary<PlannedCommand>;
const rollback = fc.record({ ...commandShape, undoes: fc.nat(4) }, optional) as fc.Arbitrary<PlannedRollback>;

/** The charter's own value as often as another one, so that both sides of "is it a default?" are met. */
const limits = fc.record(
  Object.fromEntries(Object.entries(charterLimits).map(([name, value]) => [name, fc.oneof(fc.constant(value), fc.nat(value))])),
) as unknown as fc.Arbitrary<ExecutionPlan['limits']>;

/** The terms that most machines ask, and others. */
const terms = fc.oneof(
  text.map(openTerms),
  fc.record({
    actionType: text,
    requirement: fc.record({ group: text, approve: fc.integer({ min: 1, max: 3 }) }),
    groups: fc.dictionary(text, fc.array(text, { maxLength: 2 }), { maxKeys: 2 }),
    signature: fc.constantFrom('required', 'optional', 'off'),
    excluded: fc.array(text, { maxLength: 2 }),
  }),
);

/** Any plan that could be packed, sent, digested or undone. */
export const anyPlan = fc.record(
  {
    vessel: text,
    proposalId: fc.constant('janus-0123456789ab'),
    risk: fc.constantFrom('low', 'medium', 'high'),
    steps: fc.array(command, { minLength: 1, maxLength: 5 }),
    rollback: fc.array(rollback, { maxLength: 6 }),
    probe: command,
    network: fc.array(text, { maxLength: 2 }),
    grants: fc.array(fc.record({ name: text, path: text, writable: fc.boolean() }), { maxLength: 2 }),
    limits,
    profile: text,
    dryRun: fc.boolean(),
    approval: terms,
  },
  { requiredKeys: ['vessel', 'proposalId', 'risk', 'steps', 'rollback', 'network', 'grants', 'limits', 'profile', 'dryRun', 'approval'] },
) as fc.Arbitrary<ExecutionPlan>;

/** One command that did all that it should; change what the test is about. */
export function aResult(change: Partial<CommandResult> = {}): CommandResult {
  const nothing = { text: '', bytes: 0, sha256: 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855', truncated: false };
  return {
    reason: 'exit',
    exitCode: 0,
    signal: null,
    stdout: nothing,
    stderr: nothing,
    startedAt: '2026-01-02T03:04:05.000Z',
    endedAt: '2026-01-02T03:04:06.000Z',
    wallSeconds: 1,
    cpuSeconds: 0,
    peakMemoryMb: 0,
    bytesWritten: 0,
    connections: 0,
    files: [],
    ...change,
  };
}
