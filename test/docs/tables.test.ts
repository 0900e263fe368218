import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { agentLogTable, healthTable, seriesTable, trailTable, withTable } from '../../scripts/lib/docs/tables.mjs';
import { agentLogEvents } from '../../src/adapters/log/agent-log-events.js';
import { healthFacts } from '../../src/domain/health/facts.js';
import { series } from '../../src/domain/metrics/series.js';
import { meanings } from '../../src/domain/trail/meanings.js';

const read = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');

describe('tables that come from the code', () => {
  it.each([
    ['docs/audit.md', 'events of the trail', trailTable(meanings)],
    ['docs/operating.md', 'events of the agent log', agentLogTable(agentLogEvents)],
    ['docs/operating.md', 'facts of health', healthTable(healthFacts)],
    ['docs/monitoring.md', 'series', seriesTable(series)],
  ])('%s has the %s as they are (npm run docs)', (page, name, table) => {
    const text = read(page);
    expect(withTable(text, name, table)).toBe(text);
  });

  it('have a row for each event: log, sentence, status, and what people are told', () => {
    const rows = trailTable(meanings).split('\n');
    expect(rows).toHaveLength(2 + Object.keys(meanings).length);
    expect(rows).toContain('| `action_proposed` | `proposals` | The review passed: it waits for people. | proposed | requested |');
    expect(rows).toContain('| `segment_open` | all | A file begins: which one it follows. |  |  |');
  });

  it('stand between their marks, and nothing else changes', () => {
    const page = 'before\n<!-- x: written by npm run docs -->\n\nold\n\n<!-- end of x -->\nafter\n';
    expect(withTable(page, 'x', 'new')).toBe(page.replace('old', 'new'));
    expect(withTable(page, 'y', 'new')).toBeUndefined();
  });
});
