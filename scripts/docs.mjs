import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { agentLogTable, healthTable, regenerate, trailTable, withTable } from './lib/docs-tables.mjs';
import { importSource } from './lib/import-source.mjs';
import { rootPath } from './lib/prepare.mjs';
import { main, say, Stop } from './lib/say.mjs';

/** Writes the tables of the docs that come from the code; with --check only says which are out of date. */
await main(async () => {
  const { meanings } = await importSource('domain/trail/meanings.ts');
  const { agentLogEvents } = await importSource('adapters/log/agent-log-events.ts');
  const { healthFacts } = await importSource('domain/health/facts.ts');
  const tables = [
    { page: 'docs/audit.md', name: 'events of the trail', table: trailTable(meanings) },
    { page: 'docs/operating.md', name: 'events of the agent log', table: agentLogTable(agentLogEvents) },
    { page: 'docs/operating.md', name: 'facts of health', table: healthTable(healthFacts) },
  ];
  const problems = tables.flatMap(({ page, name, table }) => {
    const file = join(rootPath, page);
    const before = readFileSync(file, 'utf8');
    const after = withTable(before, name, table);
    if (after === undefined) return [`${page} has no marks for the ${name}`];
    if (after === before) return [];
    if (process.argv.includes('--check')) return [`the ${name} in ${page} are out of date: ${regenerate}`];
    writeFileSync(file, after);
    say(`${page}: ${name} written`);
    return [];
  });
  if (problems.length > 0) throw new Stop(problems.join('\n'));
});
