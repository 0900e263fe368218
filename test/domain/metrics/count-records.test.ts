import { describe, expect, it } from '@jest/globals';
import { countRecords } from '../../../src/domain/metrics/count-records.js';
import type { Labels } from '../../../src/domain/metrics/series.js';
import type { AuditRecord } from '../../../src/domain/trail/records.js';
import { aRecord } from '../../support/trail/records.js';

/** What was counted, by series and labels; what was observed, in order. */
function aMeter() {
  const counted: Record<string, number> = {};
  const observed: (readonly [string, number, Labels])[] = [];
  return {
    counted,
    observed,
    add: (name: string, by: number, labels: Labels = {}) => {
      const key = [name, ...Object.values(labels)].join(' ');
      counted[key] = (counted[key] ?? 0) + by;
    },
    observe: (name: string, value: number, labels: Labels = {}) => void observed.push([name, value, labels]),
  };
}
const since = aRecord(10, 'x').timestamp;
function count(records: readonly AuditRecord[]) {
  const meter = aMeter();
  const counting = countRecords(since, meter);
  for (const record of records) counting.apply(record);
  return { ...meter, counting };
}
const proposed = (minute: number, risk: unknown = 'medium') => aRecord(minute, 'action_proposed', { risk_level: risk });
const approved = (minute: number, more: object = {}) =>
  aRecord(minute, 'action_approved', { id: 'janus-000000000001/approved', risk_level: 'medium', ...more });
const completed = (minute: number) => aRecord(minute, 'action_completed', { id: 'janus-000000000001/result' });

describe('what is counted of the trail (spec O1)', () => {
  it('is a proposal in each of its states, with the risk that it was proposed with, and how long people took', () => {
    const { counted, observed } = count([proposed(11), approved(13, { approved_by: ['alice'], considered_seconds: [7] }), completed(14)]);
    expect(counted).toMatchObject({
      'janus_proposals_total proposed medium': 1,
      'janus_proposals_total approved medium': 1,
      'janus_proposals_total completed medium': 1,
      'janus_approvals_total person': 1,
      'janus_trail_records_total proposals': 3,
      'janus_trail_events_total action_approved': 1,
    });
    expect(observed).toEqual([
      ['janus_review_seconds', 7, { risk: 'medium' }],
      ['janus_decision_seconds', 120, { risk: 'medium' }],
    ]);
  });

  it('begins with the process; what is older only says when something was proposed', () => {
    const { counted, observed } = count([proposed(5), approved(12)]);
    expect(counted['janus_trail_records_total proposals']).toBe(1);
    expect(counted['janus_proposals_total proposed medium']).toBeUndefined();
    expect(observed).toEqual([['janus_decision_seconds', 420, { risk: 'medium' }]]);
  });

  it('is counted once, where the log is read all over again', () => {
    const { counted, counting } = count([proposed(11), approved(12)]);
    counting.forget();
    for (const record of [proposed(11), approved(12), completed(13)]) counting.apply(record);
    expect(counted).toMatchObject({ 'janus_trail_records_total proposals': 3, 'janus_proposals_total completed medium': 1 });
  });

  it('has no one consider, and takes nobody time, where a mode consents', () => {
    const { counted, observed } = count([proposed(11), approved(12, { assurance: 'mode' })]);
    expect([counted['janus_approvals_total mode'], counted['janus_approvals_total person'], observed]).toEqual([1, undefined, []]);
  });

  it('has a risk of its own for what is none, whatever the line says', () => {
    const { counted } = count([proposed(11, 'catastrophic"} 1\n')]);
    expect(counted['janus_proposals_total proposed unknown']).toBe(1);
  });

  it('has how commands ended, and how long they ran where that is a figure', () => {
    const used = (minute: number, runtime: unknown) =>
      aRecord(minute, 'tool_use', { log: 'tool_use', termination: 'timeout', runtime_seconds: runtime });
    const { counted, observed } = count([used(11, 600.5), used(12, 'long')]);
    expect(counted['janus_commands_total timeout']).toBe(2);
    expect(observed).toEqual([['janus_command_seconds', 600.5, {}]]);
  });
});
