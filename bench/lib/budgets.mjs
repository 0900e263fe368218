import { controlsBudgets } from '../controls/goals.mjs';

/** The budgets: a ratio measured in one run is the bar, wherever there is something to compare with. */

const ratio = (value, reference) => (typeof value === 'number' && typeof reference === 'number' ? value / reference : undefined);
const times = (bar, atLeast = false) => ({ bar, atLeast, unit: 'x' });

/**
 * `of` reads the measured value from a report; undefined: not measured. `disk` and `memory` budgets are judged once for each server.
 */
export const budgets = [
  {
    what: 'proposals/s against bare (executor that does nothing)',
    ...times(0.75, true),
    perServer: true,
    of: ({ proposal }) => proposal?.ratio_per_s,
  },
  { what: 'CPU of worker + client against bare (the same)', ...times(1.4), perServer: true, of: ({ proposal }) => proposal?.ratio_cpu },
  {
    what: 'approval -> sandbox started, p50 against floor',
    ...times(2),
    perServer: true,
    of: ({ janus, floor }) => ratio(janus?.approval_to_start_ms?.p50, floor?.approval_to_start_ms?.p50),
  },
  {
    what: 'approval -> sandbox started, p99 against floor',
    ...times(2.5),
    perServer: true,
    of: ({ janus, floor }) => ratio(janus?.approval_to_start_ms?.p99, floor?.approval_to_start_ms?.p99),
  },
  { what: 'history events of a proposal', bar: 24, unit: '', of: ({ proposal }) => proposal?.events },
  { what: 'history bytes of a proposal', bar: 4_500, unit: ' B', of: ({ proposal }) => proposal?.history_bytes },
  { what: 'sandbox over a plain spawn, median', bar: 25, unit: ' ms', of: ({ sandbox }) => sandbox?.overhead_ms?.p50 },
  {
    what: 'the profile without a cgroup leaf over a plain spawn, median',
    bar: 12,
    unit: ' ms',
    of: ({ sandbox }) => sandbox?.without_leaf_ms?.p50,
  },
  {
    what: 'sandboxes a second, eight at once, against the same profile in bare bwrap',
    ...times(0.6, true),
    of: ({ sandbox }) => sandbox?.ratio_profile,
  },
  {
    what: 'the same without a cgroup leaf',
    ...times(0.6, true),
    of: ({ sandbox }) => sandbox?.without_leaf_ratio_profile,
  },
  {
    what: 'sandboxes a second, eight at once, against bwrap that only unshares',
    ...times(0.6, true),
    of: ({ sandbox }) => sandbox?.ratio_bare_bwrap,
  },
  {
    what: 'seccomp: start with the filter over one without, median',
    bar: 1,
    unit: ' ms',
    of: ({ sandbox }) => sandbox?.filter?.start_ms?.p50,
  },
  {
    what: 'seccomp: 200,000 calls of the kernel with the filter against the same without',
    ...times(1.5),
    of: ({ sandbox }) => sandbox?.filter?.calls_ratio,
  },
  { what: 'RSS after a flood of 17 GB of output', bar: 50, unit: ' MB', of: ({ sandbox }) => sandbox?.flood_rss_mb },
  {
    what: 'ubos sandbox run over node -e 0',
    bar: 300,
    unit: ' ms',
    of: ({ cli }) => (cli?.sandbox_run_ms === undefined ? undefined : cli.sandbox_run_ms - cli.node_ms),
  },
  { what: 'ubos --help against node -e 0', ...times(1.5), of: ({ cli }) => ratio(cli?.help_ms, cli?.node_ms) },
  { what: 'ubos approve against node -e 0', ...times(7), of: ({ cli }) => ratio(cli?.approve_ms, cli?.node_ms) },
  { what: 'idle: worker with escapement, and guard, together', bar: 1, unit: ' % of a core', of: ({ idle }) => idle?.cpu_percent },
  { what: 'idle: history events a day', bar: 5_000, unit: '', of: ({ idle }) => idle?.events_per_day },
  { what: 'audit: entries verified a second', bar: 200_000, atLeast: true, unit: '/s', of: ({ audit }) => audit?.verify_per_s },
  {
    what: 'audit: appends against fdatasyncs a second',
    ...times(0.5, true),
    of: ({ audit }) => ratio(audit?.append_per_s, audit?.fdatasync_per_s),
  },
  { what: 'RSS over idle while proposals wait', bar: 100, unit: ' MB', of: ({ waiting }) => waiting?.rss_over_idle_mb },
  {
    what: 'first page of ubos proposals list, less its start-up, against the RPC',
    ...times(2),
    of: ({ waiting }) => ratio(waiting?.list_less_start_ms, waiting?.list_rpc_ms),
  },
  { what: 'model: valid among what it proposes', bar: 100, atLeast: true, unit: ' %', of: ({ model }) => model?.valid_percent },
  { what: 'model: an answer, p95', bar: 120, unit: ' s', of: ({ model }) => model?.seconds.p95 },
  ...controlsBudgets,
  { what: 'ticks while 16 actions run: jitter, p99', bar: 50, unit: ' ms', of: ({ ticks }) => ticks?.jitter_ms.p99 },
  { what: 'the same: longest time from one to the next', bar: 1_000, unit: ' ms', of: ({ ticks }) => ticks?.longest_gap_ms },
  { what: 'an emergency stop: last process of 50 sandboxes dead, p99', bar: 1_000, unit: ' ms', of: ({ halt }) => halt?.all_dead_ms.p99 },
  { what: 'the same while the worker is stopped', bar: 1_000, unit: ' ms', of: ({ halt }) => halt?.worker_stopped_ms.p99 },
  { what: 'a start that raced with a stop lived, at most', bar: 1_000, unit: ' ms', of: ({ halt }) => halt?.late_start_lived_ms.max },
  { what: 'guard: RSS', bar: 60, unit: ' MB', of: ({ halt }) => halt?.guard_rss_mb },
  { what: 'guard: CPU while all is quiet', bar: 1, unit: ' % of a core', of: ({ halt }) => halt?.guard_cpu_percent },
];

/** `met`, `missed`, or `not measured`. */
export function judge({ bar, atLeast = false }, value) {
  if (typeof value !== 'number' || !Number.isFinite(value)) return 'not measured';
  return (atLeast ? value >= bar : value <= bar) ? 'met' : 'missed';
}

/** Every budget against a report, those of the server once for each server. */
export function judgeAll(report) {
  return budgets.flatMap((budget) => {
    const places = budget.perServer ? [['on disk', report], ...(report.memory ? [['in memory', report.memory]] : [])] : [['', report]];
    return places.map(([where, part]) => {
      const value = budget.of(part);
      return {
        what: budget.what,
        where,
        value,
        bar: budget.bar,
        atLeast: budget.atLeast ?? false,
        unit: budget.unit,
        verdict: judge(budget, value),
      };
    });
  });
}
