import { execFile } from 'node:child_process';
import { copyFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { parse } from 'yaml';
import type { Series } from '../../src/domain/metrics/series.js';
import { series } from '../../src/domain/metrics/series.js';
import { problemOf } from '../cli/support/pasted.js';
import { useFolders } from '../support/folders.js';
import { alertRules, dashboard, monitoringFile, selectorsIn, seriesNameOf, shippedQueries } from '../support/monitoring.js';

const folder = useFolders();
const known = (name: string): Series | undefined => (series as Readonly<Record<string, Series>>)[name];
/** What scraping adds to every series of ours. */
const added = new Set(['vessel', 'part', 'job', 'instance', 'le']);

interface Ended {
  readonly missing: boolean;
  readonly code: number;
  readonly output: string;
}

function promtool(args: readonly string[], cwd: string): Promise<Ended> {
  return new Promise((resolve) => {
    execFile('promtool', [...args], { cwd }, (error, stdout, stderr) => {
      const code = error === null ? 0 : (error.code as unknown as number | string);
      resolve({ missing: code === 'ENOENT', code: typeof code === 'number' ? code : -1, output: stdout + stderr });
    });
  });
}

/** It is part of the package `prometheus`, which brings a service along: CI has it, others may. */
async function expectPromtool(args: readonly string[], cwd: string): Promise<void> {
  const { missing, code, output } = await promtool(args, cwd);
  if (missing && process.env['CI'] === undefined) return void process.stderr.write('\nSKIPPED: promtool is not installed\n');
  expect({ args, code, output: code === 0 ? '' : output }).toEqual({ args, code: 0, output: '' });
}

describe('queries of alerts and dashboard (spec O1)', () => {
  it.each(shippedQueries())('$where asks for what there is: $expr', ({ expr }) => {
    const asked = selectorsIn(expr).filter(({ name }) => name.startsWith('janus_'));
    for (const { name, matchers } of asked) {
      const found = known(seriesNameOf(name));
      expect({ name, isKnown: found !== undefined }).toEqual({ name, isKnown: true });
      expect({ name, isHistogram: found?.kind === 'histogram' }).toEqual({ name, isHistogram: name !== seriesNameOf(name) });
      for (const { label, operator, value } of matchers.filter(({ label }) => !added.has(label))) {
        const wanted = operator.endsWith('~') ? value.split('|') : [value];
        const values = found?.labels?.[label] ?? [];
        expect({ name, label, unknown: wanted.filter((each) => !values.includes(each)) }).toEqual({ name, label, unknown: [] });
      }
    }
    if (asked.length === 0) expect(expr).toMatch(/temporal_|^up\{job="janus"\}/);
  });

  it('cover every series', () => {
    const asked = new Set(shippedQueries().flatMap(({ expr }) => selectorsIn(expr).map(({ name }) => seriesNameOf(name))));
    expect(Object.keys(series).filter((name) => !asked.has(name))).toEqual([]);
  });

  it('take a counter for what it is: as its increase, and nothing else', () => {
    for (const { where, expr } of shippedQueries())
      for (const [, before = '', name = ''] of expr.matchAll(/(\w*\(?)(janus_[a-z_]+_total)\b/g))
        expect({ where, name, before }).toEqual({ where, name, before: expect.stringMatching(/^(?:increase|rate)\($/) });
  });
});

describe('the alert rules', () => {
  it('have each a summary, a severity, and a command of ubos that can be typed', async () => {
    for (const { alert, labels, annotations } of alertRules()) {
      expect({ alert, severity: labels.severity }).toEqual({ alert, severity: expect.stringMatching(/^(?:critical|warning|info)$/) });
      expect(annotations.summary.length).toBeGreaterThan(20);
      expect({ alert, problem: await problemOf(annotations.next) }).toEqual({ alert, problem: undefined });
    }
  });

  it('are each on the page that says what to do, with their severity', () => {
    const page = readFileSync('docs/monitoring.md', 'utf8');
    expect(alertRules().filter(({ alert, labels }) => !page.includes(`| \`${alert}\` | ${labels.severity} | `))).toEqual([]);
  });

  it('are tested, each of them', () => {
    const tests = readFileSync('test/deploy/monitoring/rules.test.yml', 'utf8');
    expect(alertRules().filter(({ alert }) => !tests.includes(alert))).toEqual([]);
  });

  it('fire when they should, says promtool', async () => {
    const here = folder();
    copyFileSync(monitoringFile('janus-rules.yml'), join(here, 'janus-rules.yml'));
    copyFileSync('test/deploy/monitoring/rules.test.yml', join(here, 'rules.test.yml'));
    copyFileSync(monitoringFile('prometheus.yml'), join(here, 'prometheus.yml'));
    await expectPromtool(['test', 'rules', 'rules.test.yml'], here);
    await expectPromtool(['check', 'config', 'prometheus.yml'], here);
  });

  it('and the queries of the dashboard are sound, says promtool', async () => {
    const here = folder();
    const rules = dashboard().panels.flatMap(({ targets = [] }, panel) =>
      targets.map(({ expr }, index) => ({
        record: `janus_dashboard_${panel}_${index}`,
        expr: expr.replaceAll('$__rate_interval', '1m').replaceAll('$vessel', '.+'),
      })),
    );
    expect(rules.length).toBeGreaterThan(40);
    writeFileSync(join(here, 'rules.yml'), JSON.stringify({ groups: [{ name: 'dashboard', rules }] }));
    await expectPromtool(['check', 'rules', 'rules.yml'], here);
  });
});

describe('the dashboard', () => {
  it('is one that can be imported: a data source and a vessel to choose, no two panels with one number', () => {
    const { uid, panels, templating } = dashboard();
    expect([uid, templating.list.map(({ name }) => name)]).toEqual(['janus-overview', ['datasource', 'vessel']]);
    const ids = panels.map((panel) => (panel as unknown as { id: number }).id);
    expect(new Set(ids).size).toBe(ids.length);
    for (const panel of panels.filter(({ type }) => type !== 'row'))
      expect(JSON.stringify((panel as unknown as { datasource: unknown }).datasource)).toContain('${datasource}');
  });
});

describe('the other samples', () => {
  it('scrape where brain and hands serve their metrics', () => {
    const {
      scrape_configs: [config],
    } = parse(readFileSync(monitoringFile('prometheus.yml'), 'utf8')) as {
      scrape_configs: { static_configs: { targets: string[] }[] }[];
    };
    expect(config?.static_configs.flatMap(({ targets }) => targets)).toEqual(['127.0.0.1:9464', '127.0.0.1:9465']);
  });

  it('read the logs where a server keeps them', () => {
    const logging = (parse(readFileSync('deploy/etc/agent.yaml', 'utf8')) as { logging: Record<string, string> }).logging;
    const { agent_log: agentLog = '', mission_log: mission = '', tool_log: tools = '', proposals_log: proposals = '' } = logging;
    for (const name of ['fluent-bit.conf', 'vector.yaml']) {
      expect(existsSync(monitoringFile(name))).toBe(true);
      const text = readFileSync(monitoringFile(name), 'utf8');
      expect([agentLog, mission, tools, proposals].filter((file) => !text.includes(file))).toEqual([]);
    }
  });
});
