import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { AuditRecord } from '../../../src/domain/trail/records.js';
import type { Considered } from '../../../src/domain/approval/considered.js';
import { consideredIn, paceByRisk } from '../../../src/domain/approval/considered.js';

const record = (event: string, data: object = {}): AuditRecord => ({
  v: 1,
  log: 'proposals',
  seq: 1,
  id: 'janus-0123456789ab/x',
  prev: '',
  timestamp: '2026-01-02T03:04:05.678Z',
  vessel_id: 'v',
  event_type: event,
  summary: '',
  risk_level: 'medium',
  ...data,
});
const took = (risk: string, ...seconds: (number | undefined)[]): Considered[] => seconds.map((each) => ({ risk, seconds: each }));

describe('consideredIn', () => {
  it.each([
    ['an approval by two, one measured', 'action_approved', { approved_by: ['a', 'b'], considered_seconds: [4, null] }, [4, undefined]],
    ['an approval that nobody measured', 'action_approved', { approved_by: ['a'] }, [undefined]],
    ['the consent of a mode', 'action_approved', { approved_by: ['mode:beta'], assurance: 'mode' }, []],
    ['a rejection by a person', 'action_rejected', { decided_by: 'a', considered_seconds: 7 }, [7]],
    ['silence', 'action_rejected', { decided_by: 'a', timed_out: true }, []],
    ['a rejection by nobody', 'action_rejected', {}, []],
    ['a word that decides nothing yet, and is counted with the decision', 'approval_given', { by: 'a', considered_seconds: 7 }, []],
    [
      'nonsense',
      'action_approved',
      { approved_by: ['a', 'b', 'c', 'd'], considered_seconds: ['4', -1, Number.NaN, 2] },
      [undefined, undefined, undefined, 2],
    ],
    ['more nonsense', 'action_approved', { approved_by: 'a', considered_seconds: 9 }, []],
  ] as const)('%s', (_, event, data, seconds) => {
    expect(consideredIn(record(event, data))).toEqual(took('medium', ...seconds));
  });

  it('calls no risk unknown', () => {
    expect(consideredIn(record('action_rejected', { decided_by: 'a', risk_level: 7 }))).toEqual(took('unknown', undefined));
  });
});

describe('paceByRisk', () => {
  it('has the median of what was measured, for each risk', () => {
    expect(paceByRisk([...took('low', 1, undefined, 9, 3), ...took('high', undefined), ...took('medium', 8, 40)])).toEqual({
      low: { decisions: 4, measured: 3, medianSeconds: 3, hasty: 0 },
      high: { decisions: 1, measured: 0, medianSeconds: undefined, hasty: 0 },
      medium: { decisions: 2, measured: 2, medianSeconds: 8, hasty: 0 },
    });
  });

  it('counts those under three seconds among the last ten of more than low risk', () => {
    const [long, early, late] = [Array<number>(20).fill(60), [0, 0, 0], [2.9, 3, 0]];
    expect(paceByRisk(took('medium', ...early, ...long, ...late))['medium']?.hasty).toBe(2);
    expect(paceByRisk(took('high', ...late))['high']?.hasty).toBe(2);
    expect(paceByRisk(took('low', ...late))['low']?.hasty).toBe(0);
  });

  it('half of them took no longer than the median, whatever the order', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(1_000), { minLength: 1 }), (seconds) => {
        const { medianSeconds = -1 } = paceByRisk(took('high', ...seconds))['high'] ?? {};
        const atMost = seconds.filter((each) => each <= medianSeconds).length;
        expect(seconds).toContain(medianSeconds);
        expect(2 * atMost).toBeGreaterThanOrEqual(seconds.length);
        expect(2 * seconds.filter((each) => each < medianSeconds).length).toBeLessThan(seconds.length + 1);
      }),
    );
  });
});
