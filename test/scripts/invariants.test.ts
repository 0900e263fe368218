import { describe, expect, it } from '@jest/globals';
import type { AuditRecord } from '../../src/domain/trail/records.js';
import { findingsAnytime, grouped } from '../support/trail/invariants.js';
import { aRecord } from '../support/trail/records.js';
import type { Effect } from '../support/torture/ground-truth.js';
import { parseEffects } from '../support/torture/ground-truth.js';

const id = 'janus-000000000001';
const midnight = Date.UTC(2026, 0, 2);
const digest = 'd1';
/** One proposal that was approved, ran between minute 3 and 5, and ended at 6. */
const life = (): AuditRecord[] => [
  aRecord(0, 'action_proposed', { id: `${id}/review`, digest }),
  aRecord(1, 'action_approved', { id: `${id}/approved`, digest }),
  aRecord(2, 'start_authorised', { id: `${id}/start/1`, digest }),
  aRecord(6, 'action_completed', { id: `${id}/result`, digest }),
];
const effect = (what: Effect['what'], minutes: number, change: Partial<Effect> = {}): Effect => ({
  what,
  id,
  name: 'step-0',
  at: midnight + minutes * 60_000,
  nonce: `${what} ${minutes}`,
  ...change,
});
const ran = () => [effect('begin', 3), effect('end', 5)];

function findings(effects: readonly Effect[], records: readonly AuditRecord[], more: Partial<Parameters<typeof findingsAnytime>[2]> = {}) {
  const byId = grouped(records, ({ action_id: action }) => action ?? '');
  const trail = { problems: [], records, leaves: new Map<string, string>(), byId, tools: new Map<string, AuditRecord[]>() };
  return findingsAnytime(effects, trail, { isApproved: () => true, runningMax: 2, ...more });
}
const without = (event: string) => life().filter(({ event_type: type }) => type !== event);

describe('the oracle (spec Q4)', () => {
  it('finds nothing in a life as it should be', () => {
    expect(findings(ran(), life())).toEqual([]);
    expect(findings([...ran(), effect('begin', 5, { name: 'undo-0' })], life())).toEqual([]);
  });

  it.each<[string, string, () => string[]]>([
    ['a second begin', 'I2', () => findings([...ran(), effect('begin', 4)], life())],
    [
      'a second rollback',
      'I2',
      () => findings([...ran(), effect('begin', 4, { name: 'undo-0' }), effect('begin', 5, { name: 'undo-0' })], life()),
    ],
    ['an end without a begin', 'I2', () => findings([effect('end', 5)], life())],
    ['no approval on record', 'I1', () => findings(ran(), without('action_approved'))],
    ['no start on record', 'I1', () => findings(ran(), without('start_authorised'))],
    ['a start on record behind it', 'I1', () => findings([effect('begin', 1), effect('end', 5)], life())],
    [
      'another digest',
      'I1',
      () =>
        findings(
          ran(),
          life().map((record, index) => (index === 2 ? { ...record, digest: 'd2' } : record)),
        ),
    ],
    ['nobody who approved it', 'I1', () => findings(ran(), life(), { isApproved: () => false })],
    ['nobody who proposed it', 'I5', () => findings([], life(), { isApproved: () => undefined })],
    ['something that runs behind the end', 'I8', () => findings([effect('begin', 3), effect('end', 7)], life())],
    ['a record behind the end', 'I9', () => findings(ran(), [...life(), aRecord(7, 'action_interrupted', { id: `${id}/interrupted` })])],
    ['a step behind a rollback', 'I10', () => findings([...ran(), effect('begin', 4, { name: 'undo-0' })], life())],
    ['a begin during an emergency stop', 'I6', () => findings(ran(), life(), { stops: [{ from: midnight, until: midnight + 240_000 }] })],
    ['more at a time than may', 'I7', () => findings(ran(), life(), { runningMax: 0 })],
  ])('finds %s', (_, invariant, look) => {
    expect(look().join('\n')).toMatch(new RegExp(`^${invariant}: `, 'm'));
  });

  it('reads what the actions wrote, and nothing else', () => {
    expect(parseEffects(`begin ${id} step-0 1767312000.250000 42\n`)).toEqual([
      { what: 'begin', id, name: 'step-0', at: midnight + 250, nonce: '42' },
    ]);
    expect(() => parseEffects('begin of something else\n')).toThrow('holds');
  });
});
