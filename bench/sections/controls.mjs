import { fixed, janus, temporalTuner } from '../controls/controllers.mjs';
import { disturbances } from '../controls/disturbances.mjs';
import { goalsOf } from '../controls/goals.mjs';
import { outcomeOf } from '../controls/outcome.mjs';
import { randomHost } from '../controls/random-hosts.mjs';
import { measureRealJobs } from '../controls/real-jobs.mjs';
import { scenarios } from '../controls/scenarios.mjs';
import { defaultSettings } from '../controls/settings.mjs';
import { simulate } from '../controls/simulate.mjs';
import { dist } from '../lib/dist.mjs';
import { measureHalt } from './controls-halt.mjs';
import { measureTicks } from './controls-ticks.mjs';

const controllersFor = (step, { host, max }) => ({
  janus: janus(step, defaultSettings(max)),
  'fixed: cores': fixed(host.cores),
  'fixed: max': fixed(max),
  'SDK tuner': temporalTuner(),
});

function runAll(step, names) {
  const runs = {};
  const simulated = {};
  for (const name of names) {
    const scenario = scenarios[name];
    const by = {};
    for (const [controller, create] of Object.entries(controllersFor(step, scenario))) {
      const run = simulate(scenario, create);
      if (controller === 'janus') runs[name] = run;
      by[controller] = outcomeOf(run);
    }
    simulated[name] = { what: scenario.what, by };
  }
  return { runs, simulated };
}

/** Hosts by chance, whose readings are spoilt in each of the ways. */
function runHosts(step, count) {
  const hosts = [];
  for (let seed = 1; seed <= count; seed += 1) {
    const scenario = randomHost(seed);
    // No threshold below that of the host: 90 %.
    const settings = defaultSettings(scenario.max, scenario.host.memoryMb);
    const reference = outcomeOf(simulate(scenario, temporalTuner()));
    const ways = Object.entries(disturbances);
    const [, disturb] = ways[seed % ways.length];
    const found = outcomeOf(simulate(scenario, janus(step, settings, disturb(seed))));
    hosts.push({ ...found, wait_ratio: found.wait_p95_s / reference.wait_p95_s });
  }
  return hosts;
}

/** The controls on a simulated host beside a fixed limit and the SDK's tuner, and on real jobs of this one. */
export async function measureControls(ground, { hosts, rounds, jobs, ticks, halt }) {
  const step = await dist('domain/controls/step.js');
  const { runs, simulated } = runAll(step, Object.keys(scenarios));
  const outcomes = Object.fromEntries(Object.entries(simulated).map(([name, { by }]) => [name, by]));
  const found = runHosts(step, hosts);
  return {
    controls: {
      simulated,
      hosts: found,
      goals: goalsOf({ runs, outcomes, hosts: found, scenarios }),
      real: await measureRealJobs(ground, { rounds, jobs }),
    },
    ...(ticks !== undefined && (await measureTicks(ground, ticks))),
    ...(halt !== undefined && (await measureHalt(ground, halt))),
  };
}
