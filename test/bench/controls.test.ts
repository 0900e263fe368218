import { describe, expect, it } from '@jest/globals';
import { fixed, janus, temporalTuner } from '../../bench/controls/controllers.mjs';
import { disturbances } from '../../bench/controls/disturbances.mjs';
import { outcomeOf, reversals } from '../../bench/controls/outcome.mjs';
import { randomHost } from '../../bench/controls/random-hosts.mjs';
import { scenarios } from '../../bench/controls/scenarios.mjs';
import { defaultSettings } from '../../bench/controls/settings.mjs';
import { arrivals, simulate } from '../../bench/controls/simulate.mjs';
import { initialControls, stepControls } from '../../src/domain/controls/step.js';

const step = { initialControls, stepControls };
type Scenario = (typeof scenarios)['S1'];
type Disturbance = (seed: number) => (readings: object) => object | undefined;

function underJanus(scenario: Scenario, disturb: Disturbance = disturbances.none) {
  const createController = janus(step, defaultSettings(scenario.max, 1e6), disturb(3) as never);
  return outcomeOf(simulate(scenario, createController as never));
}

describe('the plant', () => {
  it('is the same each time, for the same seed', () => {
    expect(arrivals(randomHost(5))).toEqual(arrivals(randomHost(5)));
    expect(underJanus(scenarios.S2)).toEqual(underJanus(scenarios.S2));
  });

  it('takes as long as its cores need, whoever decides', () => {
    const { end_s } = outcomeOf(simulate(scenarios.S1, fixed(8)));
    // 100 seconds of CPU on eight cores, in whole rounds of eight jobs.
    expect(end_s).toBeCloseTo(14, 0);
  });

  it('kills where too much is admitted: by a fixed limit, and by what admits by the memory that is used now', () => {
    expect(outcomeOf(simulate({ ...scenarios.S6, seconds: 120 }, fixed(32))).kills).toBeGreaterThan(100);
    expect(outcomeOf(simulate(scenarios.S6, temporalTuner())).kills).toBeGreaterThan(0);
  });

  it('counts turns, and not moves of one', () => {
    expect(reversals([1, 5, 9, 8, 9, 3, 3, 9])).toBe(2);
  });
});

describe('the controls on the plant (spec G2, G3)', () => {
  it.each(Array.from({ length: 6 }, (_, index) => index + 1))(
    'never fill the memory with their own work on host %d, however its readings are spoilt',
    (seed) => {
      const scenario = { ...randomHost(seed), seconds: 150 } as never;
      for (const disturb of Object.values(disturbances))
        expect(underJanus(scenario, disturb as Disturbance)).toMatchObject({ above_90_s: 0, kills: 0, sheds: 0 });
    },
  );

  it.each(['S5', 'H5'] as const)('end what runs in time when others take the memory (%s)', (name) => {
    for (const disturb of [disturbances.none, disturbances.noise, disturbances.gaps]) {
      const { above_90_s, kills, sheds } = underJanus(scenarios[name] as never, disturb as Disturbance);
      expect([above_90_s <= 1, kills, sheds > 0]).toEqual([true, 0, true]);
    }
  });

  it('go on growing where a part of one is missing to the next (a ceiling of 3.9)', () => {
    const { end_s } = underJanus(randomHost(7));
    expect(end_s).toBeLessThan(260);
  });
});
