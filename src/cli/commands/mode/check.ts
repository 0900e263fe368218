import type { Condition } from '../../../domain/modes/conditions.js';
import { visible } from '../../../domain/text/visible.js';
import type { Command, Context } from '../../command.js';
import { EXIT } from '../../exit-codes.js';
import { paint, table, wrap } from '../../terminal/output.js';
import { noWords } from '../audit/trail-options.js';
import { isReady, modeJson, writeMode } from './mode-json.js';
import type { SeenMode } from './reading.js';
import { readMode, trailOptions } from './reading.js';

const usage = 'ubos mode check [--trail FOLDER] [--at MOMENT] [--json]';

const row = ({ rule, need, found, met }: Condition): readonly string[] => [met ? '✓' : '✗', rule, `${found}; needed: ${need}`];

function verdict(seen: SeenMode): string {
  const { next } = seen.view;
  if (next === undefined) return 'there is no mode above omega';
  if (!isReady(seen)) return `${next} is not earned yet`;
  const above = seen.ceiling !== undefined && seen.mode !== seen.view.mode ? `; the configuration allows ${seen.ceiling} at most` : '';
  return `${next} is earned, and begins when it is authorised: ubos mode authorise ${next}${above}`;
}

function render(seen: SeenMode, context: Context): string {
  const { mode: earned, conditions, demotions, unearned } = seen.view;
  const { vessel, proposals } = seen.trail;
  const wrong = [
    ...demotions.map(({ rule, why, to }) => ['✗', rule, `${why}: ${to}`]),
    ...unearned.map(({ change, why }) => ['✗', 'unearned', `${visible(change)}: ${why}`]),
  ];
  const rows = table([...wrong, ...conditions.map(row)], context.columns, { overflow: 'wrap' });
  const rests = `rests on record ${vessel.position.seq} of mission_log and ${proposals.position.seq} of proposals`;
  const lines = [
    paint(context, 'bold', `${earned} is earned by the trail`),
    rows.trimEnd(),
    verdict(seen),
    `${rests}; not verified here: ubos audit verify`,
  ];
  return `${lines.map((line, index) => (index === 1 ? line : wrap(context.here(line), context.columns))).join('\n')}\n`;
}

export const command: Command = {
  json: [modeJson],
  usage,
  details:
    'What the next mode needs, each condition with its number, from the audit trail alone: on any machine the same. Whether the trail was changed says ubos audit verify. Exit code 1: a step up stands in the trail that its figures do not bear out.',
  options: trailOptions,
  async run({ positionals, values }, context) {
    noWords(positionals, usage);
    const seen = await readMode(values, context);
    if (context.json) writeMode(context.stdout, seen);
    else context.stdout.write(render(seen, context));
    return seen.view.unearned.length === 0 ? EXIT.ok : EXIT.failure;
  },
};
