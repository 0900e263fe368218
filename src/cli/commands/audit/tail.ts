import type { ReadPosition, ReadRecord } from '../../../adapters/audit/read/read-trail.js';
import type { LogName } from '../../../domain/trail/logs.js';
import { JanusError } from '../../../domain/errors.js';
import { shorten, visible } from '../../../domain/text/visible.js';
import type { Command, Context, Values } from '../../command.js';
import { textOf } from '../../command.js';
import { EXIT } from '../../exit-codes.js';
import { paint, wrap } from '../../terminal/output.js';
import { pause, when } from '../../terminal/times.js';
import { recordJson } from './record-json.js';
import { asUnreadable, logsOf, noTrail, noWords, trailFiles } from './trail-options.js';

const usage = 'ubos audit tail [-f] [-n COUNT] [--log mission_log|tool_use|proposals] [--json]';
const pollMilliseconds = 400;

function countOf(values: Values): number {
  const asked = textOf(values, 'lines') ?? '10';
  if (!/^\d{1,5}$/.test(asked)) throw new JanusError('USAGE', `-n ${asked}: a number from 0 to 99999 is needed`, { next: usage });
  return Number(asked);
}

function print({ record }: ReadRecord, context: Context): void {
  if (context.json) {
    recordJson.write(context.stdout, 'record', { record: { ...record } });
    return;
  }
  const { timestamp, log, seq, event_type: event, action_id: action, summary } = record;
  const moment = new Date(timestamp);
  const time = Number.isNaN(moment.getTime()) ? String(timestamp) : when(moment, context, 'iso');
  // Nothing in a record ends a line of the screen: what is cut off is in --json.
  const line = visible([time, log, seq, event, ...(action === undefined ? [] : [action])].map(String).join(' '));
  context.stdout.write(`${wrap(`${line}: ${visible(shorten(String(summary), 200))}`, context.columns, 4)}\n`);
}

const byTime = (a: ReadRecord, b: ReadRecord) =>
  a.record.timestamp < b.record.timestamp ? -1 : a.record.timestamp > b.record.timestamp ? 1 : 0;

async function follow(
  positions: Map<LogName, ReadPosition | undefined>,
  files: Readonly<Record<LogName, string>>,
  context: Context,
): Promise<number> {
  const { readTrail } = await import('../../../adapters/audit/read/read-trail.js');
  while (!context.gone.aborted) {
    await pause(pollMilliseconds, context.signal);
    const records: ReadRecord[] = [];
    for (const [log, from] of positions)
      positions.set(log, (await readTrail(files[log], log, (read) => void records.push(read), from)) ?? from);
    for (const read of records.sort(byTime)) print(read, context);
  }
  return EXIT.ok;
}

export const command: Command = {
  json: [recordJson],
  usage,
  details:
    'The newest records of the audit trail, oldest first. -f goes on, over rotations too, until Ctrl-C (130). It verifies nothing. Exit code 3: there is no log.',
  options: { follow: { type: 'boolean', short: 'f' }, lines: { type: 'string', short: 'n' }, log: { type: 'string' } },
  async run({ positionals, values }, context) {
    noWords(positionals, usage);
    const count = countOf(values);
    const config = await context.config();
    const files = trailFiles(config);
    const { readLast } = await import('../../../adapters/audit/read/read-trail.js');
    const positions = new Map<LogName, ReadPosition | undefined>();
    const records: ReadRecord[] = [];
    try {
      for (const log of logsOf(values)) {
        const { last, end } = await readLast(files[log], log, count);
        positions.set(log, end);
        records.push(...last);
      }
      if (values['follow'] !== true && [...positions.values()].every((end) => end === undefined)) throw noTrail(config);
      records.sort(byTime);
      for (const read of records.slice(Math.max(0, records.length - count))) print(read, context);
      if (values['follow'] !== true) return EXIT.ok;
      if (!context.json) context.stderr.write(`${paint(context, 'dim', 'Ctrl-C ends it')}\n`);
      return await follow(positions, files, context);
    } catch (error) {
      throw asUnreadable(error);
    }
  },
};
