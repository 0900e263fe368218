import type { Command } from '../command.js';
import { EXIT } from '../exit-codes.js';
import { asUnreadable, logsOf, momentOf, noTrail, noWords, trailFiles } from '../trail-options.js';

const usage = 'ubos audit export [--since TIME] [--until TIME] [--log mission_log|tool_use|proposals]';

export const command: Command = {
  usage,
  details:
    'Every record as it stands in its file, one JSON object a line, and nothing else. TIME: 2026-01-31, 2026-01-31T12:00:00Z, or how long ago (7d); --until is not included. Exit code 3: there is no log.',
  options: { log: { type: 'string' }, since: { type: 'string' }, until: { type: 'string' } },
  async run({ positionals, values }, context) {
    noWords(positionals, usage);
    const [since = '', until] = [momentOf(values, 'since', context.now()), momentOf(values, 'until', context.now())];
    const config = await context.config();
    const { readTrail } = await import('../../adapters/audit/read-trail.js');
    const isWanted = (timestamp: string) => timestamp >= since && (until === undefined || timestamp < until);
    let found = false;
    try {
      for (const log of logsOf(values)) {
        const end = await readTrail(trailFiles(config)[log], log, ({ record, line }) => {
          if (isWanted(record.timestamp)) context.stdout.write(`${line}\n`);
        });
        found ||= end !== undefined;
      }
    } catch (error) {
      throw asUnreadable(error);
    }
    if (!found) throw noTrail(config);
    return EXIT.ok;
  },
};
