import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { missionFileSchema, playbookFileSchema, playbookSchema } from '../../../src/domain/thinking/playbook.schema.js';
import { aPlaybookDocument } from '../../support/proposals/playbooks.js';

describe('playbookSchema (spec T6)', () => {
  it("takes the seed's playbook, and bounds how often it proposes", () => {
    expect(playbookSchema.parse(aPlaybookDocument({ approved_by: 'first_citizen', approved_at: '2025-10-06T10:00:00Z' }))).toMatchObject({
      cooldown: '6h',
      max_runs_per_day: 4,
      for_cycles: 1,
      priority: 0,
    });
  });

  it.each([
    ['an unknown key', { surprise: 1 }, 'surprise'],
    ['an id with a slash', { playbook_id: 'a/b' }, 'playbook_id'],
    ['an empty name', { name: '' }, 'name'],
    ['a name that no proposal could carry', { name: 'a\0' }, 'NUL'],
    ['a description of half a pair', { description: '\ud800' }, 'well-formed'],
    ['a command with a NUL', { action_sequence: [{ tool: 'shell', command: 'a\0' }] }, 'NUL'],
    ['no step', { action_sequence: [] }, 'action_sequence'],
    ['17 steps', { action_sequence: Array.from({ length: 17 }, () => ({ tool: 'shell', command: 'x' })) }, 'action_sequence'],
    ['a step with command and args', { action_sequence: [{ tool: 'shell', command: 'x', args: ['x'] }] }, 'either command or args'],
    ['a step with neither', { action_sequence: [{ tool: 'shell' }] }, 'either command or args'],
    ['an unknown key in a step', { action_sequence: [{ tool: 'shell', command: 'x', sudo: true }] }, 'sudo'],
    ['a tool that is a path', { action_sequence: [{ tool: '/bin/sh', command: 'x' }] }, 'registered tool name'],
    [
      'more than a proposal may hold',
      { action_sequence: Array.from({ length: 4 }, () => ({ tool: 'cat', command: 'x', kwargs: { stdin: 'é'.repeat(30_000) } })) },
      'at most 229376 are read',
    ],
    ['a cooldown without unit', { cooldown: '6' }, 'a duration such as'],
    ['a cooldown in weeks', { cooldown: '1w' }, 'a duration such as'],
    ['no run a day', { max_runs_per_day: 0 }, 'max_runs_per_day'],
    ['half a cycle', { for_cycles: 0.5 }, 'for_cycles'],
    ['a risk that there is not', { risk_level: 'none' }, 'risk_level'],
    ['an end without a time zone', { expires_at: '2026-01-01T00:00:00' }, 'expires_at'],
    [
      'a quota above the charter',
      { action_sequence: [{ tool: 'shell', command: 'x', kwargs: { limits: { cpu_seconds: 301 } } }] },
      'cpu_seconds',
    ],
  ])('refuses %s', (_, change, message) => {
    const result = playbookSchema.safeParse({ ...aPlaybookDocument(), ...change });
    expect(result.success).toBe(false);
    expect(JSON.stringify(result.error?.issues)).toContain(message);
  });

  it('never throws', () => {
    fc.assert(fc.property(fc.anything(), (value) => expect(typeof playbookSchema.safeParse(value).success).toBe('boolean')));
  });
});

describe('the files around it', () => {
  it('keep an entry that is broken, so that it disables itself and no other', () => {
    expect(playbookFileSchema.parse({ playbooks: [7, aPlaybookDocument(), null] }).playbooks).toHaveLength(3);
    expect(playbookFileSchema.safeParse({ playbooks: {}, extra: 1 }).success).toBe(false);
  });

  it('fill in a mission, and refuse one without an id', () => {
    expect(missionFileSchema.parse({ missions: [{ id: 'health', title: 'Health' }] }).missions).toEqual([
      { id: 'health', title: 'Health', objective: '', priority: 0, active: true },
    ]);
    expect(missionFileSchema.safeParse({ missions: [{ title: 'Health' }] }).success).toBe(false);
    expect(missionFileSchema.safeParse({ missions: [{ id: 'Health!', title: 'Health' }] }).success).toBe(false);
  });
});
