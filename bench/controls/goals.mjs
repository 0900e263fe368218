import { quantile } from '../lib/statistics.mjs';
import { reversals } from './outcome.mjs';

/** What the controls are held to, as numbers made of runs of the simulation. */

const tickSeconds = 0.5;
const limitsOf = (samples) => samples.map(({ limit }) => limit);

/** Ticks from the first job until the limit is within one of what it is in the end, while work waits. */
export function settlingTicks({ samples, arrived }) {
  const busy = samples.filter(({ at, waiting }) => at >= arrived[0].at && waiting > 0);
  const final = busy.at(-1)?.limit;
  return final === undefined ? undefined : busy.findIndex(({ limit }) => Math.abs(limit - final) <= 1) + 1;
}

/** Seconds from the last job that waited until the limit is one above what runs, at most. */
export function comingDownSeconds({ samples }) {
  const empty = samples.findLastIndex(({ waiting }) => waiting > 0) + 1;
  const down = samples.findIndex(({ limit, running }, index) => index >= empty && limit <= running + 1);
  return down < 0 ? undefined : samples[down].at - samples[empty].at;
}

/** Seconds from the end of what others did until half as many run as before it. */
export function recoverySeconds({ samples }, { at, until }) {
  const before = samples.findLast((sample) => sample.at < at)?.running ?? 0;
  const back = samples.find((sample) => sample.at >= until && sample.running >= before / 2);
  return back === undefined ? undefined : back.at - until;
}

/** The largest step of the limit within eight ticks after the valve closed again after an emergency. */
export function largestRise({ samples }) {
  const degraded = ({ stage }) => stage === 'EMERGENCY' || stage === 'CRITICAL';
  const closed = samples.findIndex((sample, index) => index > 0 && degraded(samples[index - 1]) && !degraded(sample));
  if (closed < 0) return undefined;
  const limits = limitsOf(samples).slice(closed, closed + 9);
  return Math.max(...limits.map((limit, index) => (index === 0 ? 0 : limit - limits[index - 1])));
}

export function reversalsPerMinute({ samples }, { from, to }) {
  const limits = limitsOf(samples.filter(({ at }) => at >= from && at < to));
  return reversals(limits) / ((limits.length * tickSeconds) / 60);
}

const firstWait = ({ arrived, started }) => started.get(arrived[0].id) - arrived[0].at;
const shedAfter = ({ sheds, crossedAt }) => (sheds.length === 0 || crossedAt === undefined ? undefined : sheds[0] - crossedAt);

/** `runs`: those of Janus by scenario; `outcomes`: of each scenario, by controller; `hosts`: outcomes on hosts that nobody tuned for. */
export function goalsOf({ runs, outcomes, hosts, scenarios }) {
  const foreign = (name) => scenarios[name].foreign[0];
  const cpu = (name) => ({
    ratio: outcomes[name].janus.end_s / outcomes[name]['fixed: cores'].end_s,
    peak: runs[name].peakRunning / scenarios[name].host.cores,
  });
  return {
    io_settling_ticks: settlingTicks(runs.S2),
    cpu_end_ratio: Math.max(cpu('S1').ratio, cpu('H1').ratio),
    cpu_peak_ratio: Math.max(cpu('S1').peak, cpu('H1').peak),
    io_throughput_ratio: Math.min(...['S2', 'H2'].map((name) => outcomes[name]['fixed: max'].end_s / outcomes[name].janus.end_s)),
    own_above_s: Math.max(...['S3', 'S6', 'H3'].map((name) => outcomes[name].janus.above_90_s)),
    own_kills: ['S3', 'S6', 'H3'].reduce((sum, name) => sum + outcomes[name].janus.kills, 0),
    foreign_above_s: Math.max(outcomes.S5.janus.above_90_s, outcomes.H5.janus.above_90_s),
    foreign_kills: outcomes.S5.janus.kills + outcomes.H5.janus.kills,
    first_shed_s: Math.max(shedAfter(runs.S5), shedAfter(runs.H5)),
    recovery_s: Math.max(recoverySeconds(runs.S5, foreign('S5')), recoverySeconds(runs.H5, foreign('H5'))),
    recovery_rise: Math.max(largestRise(runs.S5), largestRise(runs.H5)),
    reversals_per_minute: reversalsPerMinute(runs.S4, { from: 10, to: 290 }),
    coming_down_s: comingDownSeconds(runs.S2),
    lone_wait_s: firstWait(runs.L),
    hosts_above_s: Math.max(...hosts.map(({ above_90_s }) => above_90_s)),
    hosts_kills: hosts.reduce((sum, { kills }) => sum + kills, 0),
    hosts_wait_ratio: quantile(
      hosts.map(({ wait_ratio }) => wait_ratio),
      0.5,
    ),
  };
}

const goal = (what, name, bar, more = {}) => ({
  what: `controls: ${what}`,
  bar,
  unit: '',
  ...more,
  of: ({ controls }) => controls?.goals?.[name],
});
const real = (what, of, bar, more = {}) => ({
  what: `controls, real jobs: ${what}`,
  bar,
  unit: 'x',
  ...more,
  of: ({ controls }) => of(controls?.real),
});
const ratio = (value, reference) => (typeof value === 'number' && typeof reference === 'number' ? value / reference : undefined);

export const controlsBudgets = [
  goal('ticks until 50 io jobs have their limit', 'io_settling_ticks', 4),
  goal('CPU jobs against a fixed limit of cores, time', 'cpu_end_ratio', 1.08, { unit: 'x' }),
  goal('CPU jobs, most that run for each core', 'cpu_peak_ratio', 2.5),
  goal('io jobs against a fixed limit of max, throughput', 'io_throughput_ratio', 0.7, { atLeast: true, unit: 'x' }),
  goal('own work alone: above 90 % memory', 'own_above_s', 0, { unit: ' s' }),
  goal('own work alone: OOM kills', 'own_kills', 0),
  goal('others take 40 % of the memory in 2 s: above 90 %', 'foreign_above_s', 1, { unit: ' s' }),
  goal('the same: OOM kills', 'foreign_kills', 0),
  goal('the same: first shed after 90 % is passed', 'first_shed_s', 1, { unit: ' s' }),
  goal('recovery: half of what ran before', 'recovery_s', 10, { unit: ' s' }),
  goal('recovery: largest step of the limit', 'recovery_rise', 1),
  goal('overload: turns of the limit', 'reversals_per_minute', 2, { unit: '/min' }),
  goal('empty queue: limit comes down', 'coming_down_s', 90, { unit: ' s' }),
  goal('a lone job on an idle host waits', 'lone_wait_s', 0.55, { unit: ' s' }),
  goal('own work on 20 hosts by chance: above 90 % memory', 'hosts_above_s', 0, { unit: ' s' }),
  goal('the same: OOM kills', 'hosts_kills', 0),
  real('50 CPU jobs against a fixed limit of cores, time', (found) => ratio(found?.cpu?.janus, found?.cpu?.['fixed: cores']), 1.08),
  real('50 io jobs against a fixed limit of max, throughput', (found) => ratio(found?.io?.['fixed: max'], found?.io?.janus), 0.7, {
    atLeast: true,
  }),
];
