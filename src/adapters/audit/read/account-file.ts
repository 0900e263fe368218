import { join } from 'node:path';
import type { LogName } from '../../../domain/trail/logs.js';
import { createTrailReport } from '../../../domain/trail/report.js';
import { accountFigures, accountText, accountTitles, accountWords } from '../../../domain/trail/reports/account.js';
import type { PeriodKind } from '../../../domain/trail/reports/periods.js';
import { lastPeriod } from '../../../domain/trail/reports/periods.js';
import { makeFolder, replaceFile } from '../../files/durable.js';
import { projectTrail } from './read-trail.js';

interface AccountSettings {
  /** Folder of the state. */
  readonly state: string;
  readonly files: Readonly<Record<LogName, string>>;
  readonly vessel: string;
}

/**
 * Writes the account of the last day, week, month or year that is over for people to read, from the logs alone, by what `ubos audit report` computes. Made
 * anew it says the same, but for what retention has removed.
 */
export async function writeAccount({ state, files, vessel }: AccountSettings, kind: PeriodKind, now: Date) {
  const period = lastPeriod(kind, now);
  const projection = createTrailReport(period.from, period.to);
  await projectTrail(files, projection);
  const report = projection.snapshot();
  const figures = accountFigures(report);
  const folder = join(state, 'reports');
  const file = join(folder, `${accountTitles[kind].replaceAll(' ', '-')}-${period.name}.txt`);
  await makeFolder(folder, 0o750);
  await replaceFile(file, accountText(kind, period, { vessel, report }), { mode: 0o640 });
  return { file, figures, period: period.name, summary: accountWords(kind, period, figures) };
}
