import { describe, expect, it } from '@jest/globals';
import { series } from '../../../src/domain/metrics/series.js';
import { createMeter, seriesOf } from '../../../src/worker/temporal/meter.js';

type SdkMeter = Parameters<typeof createMeter>[0];

/** What the SDK's meter was told: "name value labels". */
function aMeter(role: 'all' | 'brain' | 'hands' = 'all') {
  const told: string[] = [];
  const say = (name: string) => (value: number, labels: object) => void told.push(`${name} ${value} ${JSON.stringify(labels)}`);
  const sdk = {
    createCounter: (name: string) => ({ add: say(name) }),
    createGauge: (name: string) => ({ set: say(name) }),
    createHistogram: (name: string) => ({ record: say(name) }),
  } as unknown as SdkMeter;
  const meter = createMeter(sdk, seriesOf(role));
  return { meter, began: told.splice(0), told };
}

describe('the meter of a process', () => {
  it('begins every counter at zero, for each value of its labels, or the first of anything would be no increase', () => {
    const { began } = aMeter();
    expect(began).toContain('janus_trail_events_total 0 {"event":"constitutional_violation"}');
    expect(began.filter((line) => line.startsWith('janus_proposals_total'))).toHaveLength(
      series.janus_proposals_total.labels.state.length * series.janus_proposals_total.labels.risk.length,
    );
  });

  it('passes on what the table knows', () => {
    const { meter, told } = aMeter();
    meter.add('janus_approvals_total', 1, { by: 'mode' });
    meter.set('janus_governor_limit', 3);
    meter.observe('janus_decision_seconds', 1.5, { risk: 'low' });
    expect(told).toEqual([
      'janus_approvals_total 1 {"by":"mode"}',
      'janus_governor_limit 3 {}',
      'janus_decision_seconds 1.5 {"risk":"low"}',
    ]);
  });

  it('takes no label from anybody else, and nothing that is no figure', () => {
    const { meter, told } = aMeter();
    meter.add('janus_trail_events_total', 1, { event: 'made_up"} 7\njanus_health' });
    meter.add('janus_trail_events_total', 1, { event: 'mode_change', more: 'x' });
    meter.add('janus_trail_events_total', 1);
    meter.set('janus_mode', 1, { mode: 'constructor' });
    for (const value of [undefined, Number.NaN, Number.POSITIVE_INFINITY, -1]) meter.set('janus_governor_limit', value);
    expect(told).toEqual([]);
  });

  it('has the series of what the process does: hands know nothing of the trail, the brain nothing of the controls', () => {
    const of = (role: 'brain' | 'hands') => seriesOf(role).map(([name]) => name);
    expect(
      of('hands')
        .filter((name) => of('brain').includes(name))
        .every((name) => /^janus_(process|event_loop)_/.test(name)),
    ).toBe(true);
    expect([of('hands').includes('janus_governor_limit'), of('hands').includes('janus_health')]).toEqual([true, false]);
    expect([of('brain').includes('janus_governor_limit'), of('brain').includes('janus_health')]).toEqual([false, true]);
    expect(new Set([...of('brain'), ...of('hands')])).toEqual(new Set(Object.keys(series)));
  });
});
