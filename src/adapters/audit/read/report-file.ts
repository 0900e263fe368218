import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { projectTrail } from './read-trail.js';
import type { LogName } from '../../../domain/trail/logs.js';
import { JanusError } from '../../../domain/errors.js';
import { createFile, makeFolder } from '../../files/durable.js';
import { createTrailReport, reportDocument } from '../../../domain/trail/report.js';

/** Where the report of a month lies. */
export const reportFile = (state: string, month: string): string => join(state, 'reports', `audit-${month}.json`);

/**
 * Writes the report of a month (UTC, `YYYY-MM`) from the logs alone, as `ubos audit report --json` prints it. Whole or not at all, never over
 * one that is there. Returns the number of records that it counts; undefined where there is a report already.
 */
export async function writeReport(state: string, files: Readonly<Record<LogName, string>>, month: string): Promise<number | undefined> {
  const [, year, number] = /^(\d{4})-(0[1-9]|1[0-2])$/.exec(month) ?? [];
  if (year === undefined) throw new JanusError('USAGE', `${JSON.stringify(month).slice(0, 40)} is no month`, { next: '2026-01' });
  const file = reportFile(state, month);
  if (existsSync(file)) return undefined;
  const projection = createTrailReport(`${month}-01T00:00:00.000Z`, new Date(Date.UTC(Number(year), Number(number), 1)).toISOString());
  await projectTrail(files, projection);
  const report = projection.snapshot();
  await makeFolder(join(state, 'reports'), 0o750);
  const text = `${JSON.stringify({ schema: 'ubos.audit-report/v1', ...reportDocument(month, report) }, undefined, 2)}\n`;
  return (await createFile(file, text, { mode: 0o640 })) ? report.records : undefined;
}
