import { describe, expect, it } from '@jest/globals';
import { budgets, judge, judgeAll } from '../../bench/lib/budgets.mjs';
import { renderReport } from '../../bench/lib/table.mjs';

const host = { cpu_some_avg10: 12.5, loadavg1: 1.5 };
const latency = (p50: number, p99: number) => ({ approval_to_start_ms: { p50, p99, samples: 100 }, host });
const measured = { per_s: 20, cpu_ms: 20, server_cpu_ms: 20, events: 20, history_bytes: 4_000, host };

const report = {
  bare: measured,
  proposal: { ...measured, ratio_per_s: 0.8, ratio_cpu: 1.5 },
  janus: { ...measured, ...latency(30, 60) },
  floor: latency(20, 40),
  cli: { node_ms: 40, help_ms: 50, approve_ms: 300, host },
  memory: { floor: latency(10, 20), janus: latency(30, 60) },
};

const verdictOf = (what: string) =>
  judgeAll(report)
    .filter((each) => each.what.includes(what))
    .map(({ where, verdict }) => [where, verdict]);

describe('judge', () => {
  it.each([
    [{ bar: 2 }, 2, 'met'],
    [{ bar: 2 }, 2.01, 'missed'],
    [{ bar: 0.75, atLeast: true }, 0.75, 'met'],
    [{ bar: 0.75, atLeast: true }, 0.74, 'missed'],
    [{ bar: 2 }, undefined, 'not measured'],
    [{ bar: 2 }, Number.NaN, 'not measured'],
    [{ bar: 2 }, null, 'not measured'],
  ])('%j against %d: %s', (budget, value, verdict) => {
    expect(judge(budget, value)).toBe(verdict);
  });
});

describe('the budgets (spec Q3)', () => {
  it('are judged for each server where they depend on it', () => {
    expect(verdictOf('p50 against floor')).toEqual([
      ['on disk', 'met'],
      ['in memory', 'missed'],
    ]);
  });

  it('compare with what was measured in the same run', () => {
    expect(verdictOf('CPU of worker')).toEqual([
      ['on disk', 'missed'],
      ['in memory', 'not measured'],
    ]);
    expect(verdictOf('ubos --help')).toEqual([['', 'met']]);
    expect(verdictOf('ubos approve')).toEqual([['', 'missed']]);
  });

  it('are not measured, and nothing else, where the report is empty', () => {
    expect(judgeAll({}).map(({ verdict }) => verdict)).toEqual(budgets.map(() => 'not measured'));
  });
});

it('prints what was measured of a local model, and judges it', () => {
  const figures = { tokens_per_s: 51.5, seconds: { p50: 9.5, p95: 18.4 }, valid_percent: 99.5, chosen: 200, answers: 100, failed: 1, host };
  const text = renderReport({ model: { name: 'Small', gpu: 'off', threads: 1, ...figures } });
  expect(text).toMatch(/Small, CPU, 1 thread +51\.5 +9\.5 \/ 18\.4 +99\.5 % of 200 +100, 1 failed/);
  expect(text).toMatch(/✗ missed +model: valid among what it proposes/);
  expect(text).toMatch(/✓ met +model: an answer, p95/);
});

it('prints figures, verdicts, and that only ratios count', () => {
  const text = renderReport(report);
  expect(text).toContain('✗ missed');
  expect(text).toContain('12.5 % / 1.5');
  expect(text).toContain('Dev server in memory');
  expect(text).toMatch(/only ratios of one run count/);
});
