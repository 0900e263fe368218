import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { reviewProposal } from '../../../src/domain/constitution/rules.js';
import { metricTypes } from '../../../src/domain/thinking/metrics.js';
import { proposePlaybook } from '../../../src/domain/thinking/playbook.js';
import type { Occasion } from '../../../src/domain/thinking/playbook.js';
import { missionFileSchema } from '../../../src/domain/thinking/playbook.schema.js';
import { parseProposal } from '../../../src/domain/action/proposal.schema.js';
import type { PlaybookInput } from '../../support/proposals/playbooks.js';
import { aPlaybook, tryPlaybook } from '../../support/proposals/playbooks.js';
import { aContext, aTool } from '../../support/proposals/proposals.js';

const step = (change: object) => ({ action_sequence: [{ tool: 'jq', ...change }] }) as Partial<PlaybookInput>;
const argsOf = (change: Partial<PlaybookInput>) => aPlaybook(change).steps.map(({ tool_args }) => tool_args);

describe('compilePlaybook (spec T6)', () => {
  it.each([
    ['splits a command into words', step({ command: '-r ".a b" file' }), [['-r', '.a b', 'file']]],
    ['takes the name of the tool off', step({ command: 'jq .a' }), [['.a']]],
    ['keeps a name that only looks like it', step({ command: 'jqx .a' }), [['jqx', '.a']]],
    ['leaves args alone', step({ args: ['jq', '.a | .b', ''] }), [['jq', '.a | .b', '']]],
    ['gives a shell its script whole', { action_sequence: [{ tool: 'shell', command: 'shell  "a b"' }] }, [['shell  "a b"']]],
  ])('%s', (_, change, args) => {
    expect(argsOf(change)).toEqual(args);
  });

  it.each([
    ['a tool that is not registered', step({ tool: 'rm', command: '-rf /' }), 'rm is not in the registry'],
    ['a pipe', step({ command: 'jq .a | sh' }), 'metacharacter "|"'],
    ['a pipe for a shell', { action_sequence: [{ tool: 'shell', command: 'df | sort' }] }, 'metacharacter "|"'],
    ['an open quote', step({ command: 'jq "a' }), 'has an open'],
    ['an empty command', step({ command: ' ' }), 'is empty'],
    ['an unknown metric', { trigger_conditions: { disk: '>80' } }, 'is no metric'],
    ['an empty trigger', { trigger_conditions: {} }, 'always match'],
  ])('disables itself for %s', (_, change, problem) => {
    expect(tryPlaybook(change)).toEqual({ problems: expect.arrayContaining([expect.stringContaining(problem)]) });
  });

  it('names every problem at once', () => {
    expect(tryPlaybook({ ...step({ tool: 'rm', command: 'x' }), trigger_conditions: { disk: 1, load: 1 } })).toMatchObject({
      problems: { length: 3 },
    });
  });

  it('carries limits, expectations and rollback into the steps', () => {
    const more = { kwargs: { stdin: 'x' }, expect: { exit_code: 3 }, rollback: [{ tool_name: 'jq', tool_args: ['.'] }] };
    expect(aPlaybook(step({ args: ['.a'], ...more })).steps).toEqual([
      {
        tool_name: 'jq',
        tool_args: ['.a'],
        tool_kwargs: { stdin: 'x' },
        expect: { exit_code: 3 },
        rollback: [expect.objectContaining({ tool_args: ['.'] })],
      },
    ]);
  });
});

describe('the content hash (spec T6)', () => {
  const { contentHash } = aPlaybook();

  it('does not depend on who approved it, and when', () => {
    const approved = aPlaybook({ approved_by: 'first_citizen', approved_at: '2025-10-06T10:00:00Z', approved_hash: contentHash });
    expect(approved.contentHash).toBe(contentHash);
    expect(contentHash).toMatch(/^[0-9a-f]{64}$/);
  });

  const edits: Partial<PlaybookInput>[] = [
    { playbook_id: 'other' },
    { name: 'Log rotation' },
    { description: 'x' },
    { trigger_conditions: { disk_usage_percent: '>=80' } },
    { action_sequence: [{ tool: 'shell', command: 'df -H' }] },
    { action_type: 'log_rotation' },
    { mission_context: 'x' },
    { risk_level: 'high' },
    { rollback_plan: 'x' },
    { rollback: [{ tool_name: 'shell', tool_args: ['x'] }] },
    { cooldown: '7h' },
    { max_runs_per_day: 5 },
    { for_cycles: 2 },
    { priority: 1 },
    { expires_at: '2030-01-01T00:00:00Z' },
  ];
  it.each(edits)('changes with the edit %j', (edit) => {
    expect(aPlaybook(edit).contentHash).not.toBe(contentHash);
  });
});

const writable = {
  tools: [aTool({ grants: ['cache'] }), aTool({ name: 'jq', command: ['/usr/bin/jq'], shell: false })],
  grants: [{ name: 'cache', path: '/srv/cache', writable: true }],
} as const;

describe('proposePlaybook (spec T6)', () => {
  const occasion: Occasion = {
    proposalId: 'janus-0123456789ab',
    timestamp: '2026-01-02T03:04:05.678Z',
    vesselId: 'janus-test',
    metrics: { disk_usage_percent: 86, load1: 4 },
    missions: undefined,
  };
  const missions = missionFileSchema.parse({
    current: 'b',
    missions: [
      { id: 'a', title: 'First', priority: 5 },
      { id: 'b', title: 'Second', priority: 9, active: false },
      { id: 'c', title: 'Third', priority: 7 },
    ],
  });

  it('makes a proposal that passes its review, with the numbers that fired it', () => {
    const document = proposePlaybook(aPlaybook(), occasion);
    expect(reviewProposal(parseProposal(document), aContext())).toEqual([]);
    expect(document).toMatchObject({
      action_type: 'log_rotation',
      risk_level: 'low',
      rationale: 'Playbook rotate (Log Rotation) fired: disk_usage_percent is 86 (>80).',
      metadata: { source: 'playbook', playbook_id: 'rotate', playbook_hash: aPlaybook().contentHash, metrics: { disk_usage_percent: 86 } },
    });
  });

  it.each([
    ['nothing', {}, {}, 'low'],
    ['its own word', { risk_level: 'medium' }, {}, 'medium'],
    ['the floor of a writable grant', {}, writable, 'medium'],
    [
      'the floor of a rollback',
      { rollback: [{ tool_name: 'shell', tool_args: ['id'] }], action_sequence: [{ tool: 'jq', args: ['.'] }] },
      writable,
      'medium',
    ],
    ['the floor of the policy', {}, { ...writable, riskFloor: { writableGrant: 'high' } }, 'high'],
  ] as const)('has a risk by %s where it names none (spec C6)', (_, change, context, risk) => {
    expect(proposePlaybook(aPlaybook(change as Partial<PlaybookInput>, context), occasion).risk_level).toBe(risk);
  });

  it.each([
    ['its own words', { mission_context: 'Own words' }, missions, 'Own words'],
    ['the current mission', {}, { ...missions, current: 'a' }, 'a: First'],
    ['the most urgent active one where the current one is not active', {}, missions, 'c: Third'],
    ['itself where there are none', {}, undefined, 'Playbook rotate: Log Rotation'],
    [
      'itself where none is active',
      {},
      missionFileSchema.parse({ missions: [{ id: 'x', title: 'X', active: false }] }),
      'Playbook rotate: Log Rotation',
    ],
  ])('serves %s', (_, change, file, context) => {
    expect(proposePlaybook(aPlaybook(change), { ...occasion, missions: file }).mission_context).toBe(context);
  });

  it('is a well-formed proposal, whatever its name and however many numbers fired it', () => {
    const name = fc
      .string({ unit: 'grapheme-composite', minLength: 1, maxLength: 128 })
      .filter((text) => text.length <= 128 && !text.includes('\0'));
    const term = '>=-12345678901234567890.123456789,<12345678901234567890.123456789,!=1,!=2';
    const watched = Object.fromEntries(
      Object.entries(metricTypes).flatMap(([metric, type]) => (type === 'number' ? [[metric, term]] : [])),
    );
    fc.assert(
      fc.property(name, fc.integer({ min: 1, max: 16 }), (text, count) => {
        const change = { name: text, trigger_conditions: Object.fromEntries(Object.entries(watched).slice(0, count)) };
        const proposal = parseProposal(proposePlaybook(aPlaybook(change), occasion));
        expect(proposal.actionType).toMatch(/^[a-z0-9_]{1,64}$/);
      }),
    );
    const long = proposePlaybook(aPlaybook({ name: 'Журнал '.repeat(18), playbook_id: 'log-1' }), occasion);
    expect(long.action_type).toBe('log_1');
    expect(parseProposal(proposePlaybook(aPlaybook({ name: 'a'.repeat(128) }), occasion)).actionType).toBe('a'.repeat(64));
  });

  it('is the same proposal for the same occasion, whatever was measured beside it', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.constantFrom('load5', 'load15', 'process_count'), fc.integer()), (more) => {
        const metrics = { ...more, ...occasion.metrics };
        expect(proposePlaybook(aPlaybook(), { ...occasion, metrics })).toEqual(proposePlaybook(aPlaybook(), occasion));
      }),
    );
  });
});
