import type { ReadPosition, ReadRecord } from '../../adapters/audit/read-trail.js';
import type { LogName } from '../../domain/audit.js';
import { JanusError } from '../../domain/errors.js';
import type { Command, Context, Values } from '../command.js';
import { textOf } from '../command.js';
import { EXIT } from '../exit-codes.js';
import { fit, paint, shown, writeJson } from '../output.js';
import { pause, when } from '../times.js';
import { asUnreadable, logsOf, noTrail, noWords, trailFiles } from '../trail-options.js';

const usage = 'ubos audit tail [-f] [-n COUNT] [--log mission_log|tool_use|proposals] [--json]';
const pollMilliseconds = 400;

function countOf(values: Values): number {
  const asked = textOf(values, 'lines') ?? '10';
  if (!/^[1-9]\d{0,4}$/.test(asked)) throw new JanusError('USAGE', `-n ${asked}: a number from 1 to 99999 is needed`, { next: usage });
  return Number(asked);
}

function print({ record }: ReadRecord, context: Context): void {
  if (context.json) {
    writeJson(context, 'record', { record });
    return;
  }
  const { timestamp, log, seq, event_type: event, action_id: action, summary } = record;
  const moment = new Date(timestamp);
  const time = Number.isNaN(moment.getTime()) ? timestamp : when(moment, context, 'iso');
  const head = `${time} ${log} ${String(seq)} ${event}${action === undefined ? '' : ` ${action}`}`;
  // One line each: what is cut off is in --json.
  const line = shown(`${head}: ${String(summary)}`).replaceAll('\n', ' ');
  context.stdout.write(`${context.interactive ? fit(line, context.columns) : line}\n`);
}

async function follow(
  positions: Map<LogName, ReadPosition | undefined>,
  files: Readonly<Record<LogName, string>>,
  context: Context,
): Promise<never> {
  const { readTrail } = await import('../../adapters/audit/read-trail.js');
  for (;;) {
    await pause(pollMilliseconds, context.signal);
    for (const [log, from] of positions)
      positions.set(log, (await readTrail(files[log], log, (read) => print(read, context), from)) ?? from);
  }
}

export const command: Command = {
  usage,
  details:
    'The newest records of the audit trail, oldest first. -f goes on, over rotations too, until Ctrl-C. Exit code 3: there is no log.',
  options: { follow: { type: 'boolean', short: 'f' }, lines: { type: 'string', short: 'n' }, log: { type: 'string' } },
  async run({ positionals, values }, context) {
    noWords(positionals, usage);
    const count = countOf(values);
    const config = await context.config();
    const files = trailFiles(config);
    const { readLast } = await import('../../adapters/audit/read-trail.js');
    const positions = new Map<LogName, ReadPosition | undefined>();
    const records: ReadRecord[] = [];
    try {
      for (const log of logsOf(values)) {
        const { last, end } = await readLast(files[log], log, count);
        positions.set(log, end);
        records.push(...last);
      }
      if (values['follow'] !== true && [...positions.values()].every((end) => end === undefined)) throw noTrail(config);
      records.sort((a, b) => (a.record.timestamp < b.record.timestamp ? -1 : a.record.timestamp > b.record.timestamp ? 1 : 0));
      for (const read of records.slice(-count)) print(read, context);
      if (values['follow'] !== true) return EXIT.ok;
      if (!context.json) context.stderr.write(`${paint(context, 'dim', 'Ctrl-C ends it')}\n`);
      return await follow(positions, files, context);
    } catch (error) {
      throw asUnreadable(error);
    }
  },
};
