import type { SeenGuard } from '../../../adapters/controls/guard-page.js';
import type { StopFiles } from '../../../adapters/controls/stop-mark.js';
import type { StandingStop, StopMode } from '../../../domain/controls/stop.js';
import { JanusError } from '../../../domain/errors.js';
import { visible } from '../../../domain/text/visible.js';
import type { Command, Context, Values } from '../../command.js';
import { vesselOf } from '../../command.js';
import { EXIT } from '../../exit-codes.js';
import { jsonObjects } from '../../schemas/json-objects.js';
import { wrap } from '../../terminal/output.js';
import { reasonOr } from '../decide/cli-desk.js';
import { sayDone } from '../decide/plain-decision.js';
import { noWords } from '../controls/words.js';

const usage = 'ubos stop [--now|--drain] --reason TEXT [--json]';

const json = jsonObjects(({ z, text, count }) => ({
  stop: z.strictObject({
    id: text.nullable().describe('what ubos resume names; null where nobody could give it a name yet'),
    mode: z.enum(['now', 'drain']),
    by: text,
    reason: text,
    guard: z.enum(['alive', 'still', 'gone', 'none']),
    sandboxes: count.nullable().describe('how many were ended; null: nobody has said it'),
    milliseconds: z.number().min(0).nullable().describe('from the moment that the guard saw it until nothing was alive'),
  }),
}));

const guardHint = 'npm start · node dist/worker/main.js --role guard';
/** The guard looks five times a second, and a host that it is needed on may be busy. */
const patienceMilliseconds = 15_000;
const lookMilliseconds = 50;

function modeOf(values: Values): StopMode {
  if (values['now'] === true && values['drain'] === true)
    throw new JanusError('USAGE', '--now ends what runs, --drain lets it end by itself: one of them', { next: usage });
  return values['drain'] === true ? 'drain' : 'now';
}

async function pull(files: StopFiles, notice: { readonly by: string; readonly reason: string; readonly mode: StopMode }, context: Context) {
  const [{ lookAside }, { pullStop }] = await Promise.all([
    import('../../../adapters/controls/look.js'),
    import('../../../adapters/controls/stop-mark.js'),
  ]);
  try {
    if (!(await lookAside(files.file)))
      context.stderr.write(`${wrap(`${files.file} does not answer: the mark alone stops.`, context.columns)}\n`);
    return await pullStop(files, notice);
  } catch (error) {
    throw new JanusError('NOT_PERMITTED', `the switch could not be pulled: ${error instanceof Error ? error.message : String(error)}`, {
      cause: error,
      next: `as the account of the vessel, or as root: touch ${files.file}`,
    });
  }
}

/** Waits until the guard says that nothing of this stop is alive any more, or until nobody will say it. */
async function askGuard(controls: string, id: string | undefined, { signal }: Context): Promise<SeenGuard | undefined> {
  const { readGuard } = await import('../../../adapters/controls/guard-page.js');
  for (const end = Date.now() + patienceMilliseconds; ;) {
    const guard = readGuard(controls, Date.now());
    const isDone = guard?.halted?.stop === id && guard?.halted?.milliseconds !== undefined;
    if (guard?.state !== 'alive' || isDone || Date.now() >= end) return guard;
    if (signal.aborted) throw signal.reason as Error;
    await new Promise((resolve) => setTimeout(resolve, lookMilliseconds));
  }
}

function report(context: Context, { id, mode }: StandingStop, guard: SeenGuard | undefined): number {
  const say = (text: string) => context.stderr.write(`${wrap(`  ${text}`, context.columns, 2)}\n`);
  sayDone(context, `Stopped${id === undefined ? '' : `: ${id}`}`);
  const resume = id === undefined ? "ubos resume --reason 'why it is safe again'" : `ubos resume ${id} --reason 'why it is safe again'`;
  context.stderr.write(`  Nothing starts until you resume: ${resume}\n`);
  if (mode === 'drain') {
    say('What runs may end by itself. To end it now: ubos stop --now --reason TEXT');
    return EXIT.ok;
  }
  const halted = guard?.halted?.stop === id ? guard?.halted : undefined;
  if (halted?.milliseconds !== undefined) {
    const { sandboxes, milliseconds } = halted;
    say(
      `${sandboxes === 1 ? '1 sandbox was' : `${sandboxes} sandboxes were`} ended; nothing was alive after ${Math.round(milliseconds)} ms.`,
    );
    return EXIT.ok;
  }
  if (guard?.state === 'alive') say(`The guard (pid ${guard.pid}) has not said yet that nothing is alive: ubos status`);
  else {
    say('No guard runs here: each worker ends what it runs itself, and one that hangs ends nothing.');
    say(`Start the guard, which ends it at once: ${guardHint}`);
  }
  return EXIT.degraded;
}

export const command: Command = {
  json: [json],
  usage,
  details:
    'Stops the vessel of this host: nothing starts, and what runs is ended with all its children (--now, the default) or may end by itself (--drain). Needs neither server nor worker nor key. Ends with 9 where nobody said that all is dead.',
  options: { now: { type: 'boolean' }, drain: { type: 'boolean' }, reason: { type: 'string' } },
  interrupted: 'the stop stands all the same, where it was said to',
  async run({ positionals, values }, context) {
    noWords(positionals, 0, usage);
    const mode = modeOf(values);
    const reason = reasonOr(values, 'whoever resumes has to know it', "ubos stop --reason 'what is wrong'");
    const config = await context.config();
    if (vesselOf(values, config) !== config.vesselId)
      throw new JanusError('USAGE', 'a vessel is stopped on its own host, by its own configuration. Nothing done.', { next: usage });
    const { stopFilesOf } = await import('../../../adapters/controls/stop-mark.js');
    const by = context.user();
    const stop = await pull(stopFilesOf(config.paths), { by, reason, mode }, context);
    // One that drained before and does not now is the same stop: as it is on the disk.
    const guard = stop.mode === 'drain' ? undefined : await askGuard(config.paths.controls, stop.id, context);
    if (!context.json) return report(context, { ...stop, mode: stop.mode }, guard);
    const halted = guard?.halted?.stop === stop.id ? guard?.halted : undefined;
    json.write(context.stdout, 'stop', {
      ...{ id: stop.id ?? null, mode: stop.mode, by, reason: visible(reason), guard: guard?.state ?? 'none' },
      sandboxes: halted?.sandboxes ?? null,
      milliseconds: halted?.milliseconds ?? null,
    });
    return stop.mode === 'drain' || halted?.milliseconds !== undefined ? EXIT.ok : EXIT.degraded;
  },
};
