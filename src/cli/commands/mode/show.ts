import { shorten, visible } from '../../../domain/text/visible.js';
import type { Command, Context } from '../../command.js';
import { textOf } from '../../command.js';
import { EXIT } from '../../exit-codes.js';
import { paint, table, wrap } from '../../terminal/output.js';
import { noWords } from '../audit/trail-options.js';
import { isReady, modeJson, writeMode } from './mode-json.js';
import type { SeenMode } from './reading.js';
import { readMode, trailOptions } from './reading.js';
import { allows, strangeWords } from './words.js';

const usage = 'ubos mode show [--trail FOLDER] [--at MOMENT] [--json]';

/** Why less counts than was recorded. */
function lowered({ view: { demotions, unearned, mode: earned }, mode, ceiling, held, examined }: SeenMode): readonly string[] {
  return [
    ...demotions.map(({ clause, why, to }) => `to ${to}: ${why} (${clause})`),
    ...unearned.map(({ change, why }) => `${visible(change)} was not earned: ${why}`),
    ...(examined?.doubts ?? []).map(({ about, why }) => `${visible(about)}: ${visible(why)}`),
    ...(held === undefined ? [] : [`alpha at most while ${visible(held)} stands`]),
    ...(ceiling !== undefined && mode !== earned && held === undefined ? [`the configuration allows ${ceiling} at most`] : []),
  ];
}

function nextWords(seen: SeenMode): string {
  const { next, conditions } = seen.view;
  if (next === undefined) return 'there is none above';
  const missing = conditions.filter(({ met }) => !met).map(({ rule }) => rule);
  return isReady(seen) ? `${next}, once it is authorised: ubos mode authorise ${next}` : `${next}: missing ${missing.join(', ')}`;
}

function render(seen: SeenMode, context: Context): string {
  const { view, mode, ceiling } = seen;
  const { figures, recorded } = view;
  const rows: (readonly string[])[] = [
    ['mode', paint(context, 'bold', mode)],
    ['allows', allows[mode]],
    ['recorded', `${recorded} since ${new Date(figures.since).toISOString()} (${visible(shorten(figures.standing, 60))})`],
    ...(ceiling === undefined ? [] : [['ceiling', `${ceiling} (operational_mode)`]]),
    ...(strangeWords(seen) === undefined ? [] : [['missing', strangeWords(seen) ?? '']]),
    ...lowered(seen).map((why) => ['lowered', why]),
    ['ran alone', `${figures.ranAlone} since then, ${figures.flagged} flagged`],
    ['next', nextWords(seen)],
  ];
  const shown = table(rows, context.columns, { overflow: 'wrap' });
  return `${shown}${wrap(context.here('read from the trail, not verified here: ubos audit verify · the figures: ubos mode check'), context.columns)}\n`;
}

export const command: Command = {
  json: [modeJson],
  usage,
  details:
    '`ubos mode` alone is the same. Read from the audit trail alone, so a server is not needed. --trail names a folder with copies of the logs, on any machine. What the modes are: docs/modes.md.',
  options: trailOptions,
  async run({ positionals, values }, context) {
    noWords(positionals, usage);
    const seen = await readMode(values, context, { examines: textOf(values, 'trail') === undefined });
    if (context.json) writeMode(context.stdout, seen);
    else context.stdout.write(render(seen, context));
    return EXIT.ok;
  },
};
