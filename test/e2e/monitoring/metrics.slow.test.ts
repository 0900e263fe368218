import { readFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { freePort } from '../../../scripts/lib/dev-server.mjs';
import { healthFacts } from '../../../src/domain/health/facts.js';
import { series } from '../../../src/domain/metrics/series.js';
import { closeAtTheEnd } from '../../support/closing.js';
import { selectorsIn, seriesNameOf, shippedQueries } from '../../support/monitoring.js';
import { aScript } from '../../support/sandbox/actions.js';
import { until } from '../../support/until.js';
import type { DevServer } from '../../support/vessel/dev-server.js';
import { openDevServer } from '../../support/vessel/dev-server.js';
import { namesIn, scrape } from '../../support/vessel/scrape.js';
import type { Vessel } from '../../support/vessel/vessel.js';
import { openVessel } from '../../support/vessel/vessel.js';

/** Two neighbours that nobody has. */
async function freePair(): Promise<number> {
  return until('two free ports', async () => {
    const port = await freePort();
    const next = createServer();
    const isFree = await new Promise<boolean>((resolve) => {
      next.once('error', () => resolve(false));
      next.listen(port + 1, '127.0.0.1', () => next.close(() => resolve(true)));
    });
    return isFree ? port : undefined;
  });
}
const metricsAt = (port: number) => ({ monitoring: { prometheus_enabled: true, prometheus_port: port } });

describe('metrics of a worker (spec O1)', () => {
  let server: DevServer;
  let vessel: Vessel;
  let port: number;
  const value = async (name: string) => (await scrape(port)).values.get(name);
  const becomes = (name: string, wanted: (value: number) => boolean) =>
    until(name, async () => {
      const found = await value(name);
      return found !== undefined && wanted(found) ? found : undefined;
    });

  beforeAll(async () => {
    server = await openDevServer();
    port = await freePair();
    vessel = await openVessel(server, { agent: metricsAt(port) });
    await vessel.startWorker('guard');
    await vessel.startWorker();
  });

  it('follow a proposal from its record to its end, and name neither it nor what it says', async () => {
    const id = await vessel.propose(aScript('echo secret-word', { rationale: 'Nobody who scrapes a port may read this sentence' }));
    await becomes('janus_proposals_waiting', (waiting) => waiting === 1);
    expect(await value('janus_proposals_total{risk="medium",state="proposed"}')).toBe(1);
    expect((await value('janus_next_deadline_timestamp_seconds')) ?? 0).toBeGreaterThan(Date.now() / 1_000);
    await vessel.approve(id);
    await vessel.reaches(id, 'completed');
    await becomes('janus_proposals_total{risk="medium",state="completed"}', (ended) => ended === 1);
    await becomes('janus_proposals_waiting', (waiting) => waiting === 0);
    expect(await value('janus_approvals_total{by="person"}')).toBe(1);
    expect(await value('janus_decision_seconds_count{risk="medium"}')).toBe(1);
    expect(await value('janus_commands_total{termination="exit"}')).toBe(1);
    const { text } = await scrape(port);
    expect(text).not.toContain(id);
    expect(text).not.toMatch(/secret-word|this sentence/);
  });

  it('are those of the table, and of Temporal’s own core', async () => {
    await until('every fact of health holds', async () => {
      const facts = [...(await scrape(port)).values].filter(([name]) => name.startsWith('janus_health{'));
      return facts.length === healthFacts.length && facts.every(([, holds]) => holds === 1) ? facts : undefined;
    });
    await becomes('janus_ticks_total', (ticks) => ticks > 0);
    const { text, values } = await scrape(port);
    // Nobody asked for a backup, and no person’s program measured how long it was looked at.
    const unset = new Set(['janus_backup_timestamp_seconds', 'janus_review_seconds']);
    const missing = Object.keys(series).filter((name) => !unset.has(name) && !namesIn(text).has(name));
    expect(missing).toEqual([]);
    expect([...namesIn(text)].some((name) => name.startsWith('temporal_workflow_task_execution_latency'))).toBe(true);
    expect(values.get('janus_mode{mode="alpha"}')).toBe(1);
  });

  it('are all that alerts and dashboard ask for', async () => {
    const { text } = await scrape(port);
    const names = namesIn(text);
    const unset = new Set(['janus_backup_timestamp_seconds', 'janus_review_seconds']);
    const asked = shippedQueries().flatMap(({ where, expr }) => selectorsIn(expr).map(({ name }) => ({ where, name: seriesNameOf(name) })));
    expect(asked.length).toBeGreaterThan(60);
    expect(asked.filter(({ name }) => !names.has(name) && !unset.has(name))).toEqual([]);
  });

  it('are read from the outside by nobody but whoever is on this machine', async () => {
    const listening = await readFile('/proc/net/tcp', 'utf8');
    const hex = port.toString(16).toUpperCase().padStart(4, '0');
    expect(listening).toMatch(new RegExp(` 0100007F:${hex} 00000000:0000 0A `));
    expect(listening).not.toMatch(new RegExp(` 00000000:${hex} `));
  });

  it('are told by status, with where they are', async () => {
    const { findings } = JSON.parse((await vessel.ubos(['status', '--json'])).stdout) as { findings: { id: string; detail: string }[] };
    expect(findings.find(({ id }) => id === 'metrics')?.detail).toBe(`served at 127.0.0.1:${port}`);
  });
});

describe('a port that somebody else has (spec O3)', () => {
  it('is said, and keeps nobody from working; brain and hands have one each', async () => {
    const server = await openDevServer();
    const port = await freePair();
    const stranger = createServer();
    closeAtTheEnd(async () => void stranger.close());
    await new Promise<void>((resolve) => stranger.listen(port, '127.0.0.1', resolve));
    const vessel = await openVessel(server, { agent: metricsAt(port) });
    await vessel.startWorker('guard');
    await vessel.startWorker('brain');
    await vessel.startWorker('hands');
    const wrong = await until('status names the port', async () => {
      const { findings } = JSON.parse((await vessel.ubos(['status', '--json'])).stdout) as {
        findings: { id: string; ok: boolean; detail: string; next?: string }[];
      };
      // Nobody started a notifier: that is said, too.
      return findings.find(({ id, ok }) => id === 'metrics' && !ok);
    });
    expect(wrong).toMatchObject({
      id: 'metrics',
      detail: expect.stringMatching(new RegExp(`^nobody can read metrics at 127\\.0\\.0\\.1:${port}: Address already in use`)),
      next: `ss --listening --numeric --tcp --processes 'sport = :${port}'`,
    });
    expect(await readFile(join(vessel.home, 'agent.log'), 'utf8')).toContain(`nobody can read metrics at 127.0.0.1:${port}`);
    const hands = await until('the hands serve theirs', async () => {
      const { text } = await scrape(port + 1);
      return namesIn(text).has('janus_governor_limit') ? text : undefined;
    });
    expect(namesIn(hands).has('janus_proposals_total')).toBe(false);
    const id = await vessel.propose(aScript('echo works'));
    await vessel.approve(id);
    expect((await vessel.reaches(id, 'completed')).status).toBe('completed');
  });
});
