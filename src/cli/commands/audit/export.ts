import type { RecordTaker } from '../../../adapters/audit/read/read-trail.js';
import { JanusError } from '../../../domain/errors.js';
import { visible } from '../../../domain/text/visible.js';
import type { Command, Context, Values } from '../../command.js';
import { EXIT } from '../../exit-codes.js';
import { recordJson } from './record-json.js';
import { asUnreadable, logsOf, momentOf, noTrail, noWords, proposalPrefix, trailFiles } from './trail-options.js';

const usage = 'ubos audit export [ID] [--since TIME] [--until TIME] [--log mission_log|tool_use|proposals] [--json]';

/** Which records are asked for. */
function filterOf(reference: string | undefined, values: Values, now: Date): (record: Parameters<RecordTaker>[0]['record']) => boolean {
  const prefix = reference === undefined ? undefined : proposalPrefix(reference, usage);
  const [since, until] = [momentOf(values, 'since', now), momentOf(values, 'until', now)];
  if (since !== undefined && until !== undefined && since >= until)
    throw new JanusError('USAGE', `nothing lies between --since ${since} and --until ${until}`, { next: usage });
  return ({ timestamp, action_id: action }) =>
    (prefix === undefined || String(action).startsWith(prefix)) &&
    (since === undefined || timestamp >= since) &&
    (until === undefined || timestamp < until);
}

/** As it stands in the file; on a terminal with what is hidden made visible. */
function print({ record, line }: Parameters<RecordTaker>[0], context: Context): void {
  if (context.json) recordJson.write(context.stdout, 'record', { record: { ...record } });
  else context.stdout.write(`${context.color || context.interactive ? visible(line) : line}\n`);
}

export const command: Command = {
  json: [recordJson],
  usage,
  details:
    'Every record as it stands in its file, one JSON object a line and nothing else, log by log, oldest first: the format of docs/audit.md. With --json each is wrapped into an object that names its schema (ubos.record/v1). ID: only what is about one proposal. TIME: 2026-01-31, 2026-01-31T12:00:00Z, or how long ago (7d); --until is not included. It verifies nothing but that none is missing. Exit codes: 1 a file or a record is missing, 3 there is no log.',
  options: { log: { type: 'string' }, since: { type: 'string' }, until: { type: 'string' } },
  async run({ positionals, values }, context) {
    const [reference, ...more] = positionals;
    noWords(more, usage);
    const isWanted = filterOf(reference, values, context.now());
    const config = await context.config();
    const { readWhole } = await import('../../../adapters/audit/read/read-trail.js');
    let found = false;
    try {
      for (const log of logsOf(values)) {
        const isThere = await readWhole(trailFiles(config), log, (read) => {
          if (isWanted(read.record)) print(read, context);
        });
        found ||= isThere;
      }
    } catch (error) {
      throw asUnreadable(error);
    }
    if (!found) throw noTrail(config);
    return EXIT.ok;
  },
};
