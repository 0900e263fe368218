import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pictures, recordedPage } from './lib/docs/pictures.mjs';
import { stepResponseFile, stepResponsePicture } from './lib/docs/step-response.mjs';
import { agentLogTable, healthTable, regenerate, seriesTable, trailTable, withTable } from './lib/docs/tables.mjs';
import { yearFile, yearPicture, yearPictureFile } from './lib/docs/year.mjs';
import { importSource } from './lib/import-source.mjs';
import { rootPath } from './lib/prepare.mjs';
import { main, say, Stop } from './lib/say.mjs';

const read = (file) => (existsSync(join(rootPath, file)) ? readFileSync(join(rootPath, file), 'utf8') : '');

/** Writes what is made from other files where it is out of date; with --check only says so. */
function bring({ file, what, after }) {
  if (after === undefined) return [`${file} has no marks for the ${what}`];
  if (after === read(file)) return [];
  if (process.argv.includes('--check')) return [`the ${what} in ${file} is out of date: ${regenerate}`];
  writeFileSync(join(rootPath, file), after);
  say(`${file}: ${what} written`);
  return [];
}

/** The tables of the docs, which come from the code, the pictures of the README, that of the controls, and that of the year. */
await main(async () => {
  const { meanings } = await importSource('domain/trail/meanings.ts');
  const { agentLogEvents } = await importSource('adapters/log/agent-log-events.ts');
  const { healthFacts } = await importSource('domain/health/facts.ts');
  const { series } = await importSource('domain/metrics/series.ts');
  const controls = await importSource('domain/controls/step.ts');
  const tables = [
    { file: 'docs/audit.md', what: 'events of the trail', table: trailTable(meanings) },
    { file: 'docs/operating.md', what: 'events of the agent log', table: agentLogTable(agentLogEvents) },
    { file: 'docs/operating.md', what: 'facts of health', table: healthTable(healthFacts) },
    { file: 'docs/monitoring.md', what: 'series', table: seriesTable(series) },
  ];
  const problems = [
    // One after the other: two of them stand on one page.
    ...tables.flatMap(({ file, what, table }) => bring({ file, what, after: withTable(read(file), what, table) })),
    ...pictures(read(recordedPage)).flatMap(({ file, content }) => bring({ file, what: 'picture', after: content })),
    ...bring({ file: stepResponseFile, what: 'picture', after: stepResponsePicture(controls) }),
    // The year itself takes a minute or two: whether its figures are those of the code says test/long/year.test.ts.
    ...bring({ file: yearPictureFile, what: 'picture', after: yearPicture(JSON.parse(read(yearFile))) }),
  ];
  if (problems.length > 0) throw new Stop(problems.join('\n'));
});
