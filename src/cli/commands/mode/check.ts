import type { Condition } from '../../../domain/modes/conditions.js';
import { visible } from '../../../domain/text/visible.js';
import type { Command, Context } from '../../command.js';
import { EXIT } from '../../exit-codes.js';
import { paint, table, wrap } from '../../terminal/output.js';
import { noWords } from '../audit/trail-options.js';
import { isReady, modeJson, writeMode } from './mode-json.js';
import type { SeenMode } from './reading.js';
import { readMode, trailOptions } from './reading.js';
import { strangeWords } from './words.js';
import { signersOption } from './signed-words.js';

const usage = 'ubos mode check [--trail FOLDER] [--allowed-signers FILE] [--at MOMENT] [--json]';

const row = ({ rule, need, found, met }: Condition): readonly string[] => [met ? '✓' : '✗', rule, `${found}; needed: ${need}`];

function verdict(seen: SeenMode): string {
  const { next } = seen.view;
  if (next === undefined) return 'there is no mode above omega';
  if (!isReady(seen)) return `${next} is not earned yet`;
  const above = seen.ceiling !== undefined && seen.mode !== seen.view.mode ? `; the configuration allows ${seen.ceiling} at most` : '';
  return `${next} is earned, and begins when it is authorised: ubos mode authorise ${next}${above}`;
}

/** How far the signed words that it rests on were verified. */
function examinedWords({ examined }: SeenMode): string {
  if (examined === undefined || examined.count === 0) return 'it rests on no signed word';
  const { count, state } = examined;
  if (state === 'not_verified') return `its ${count} signed words are not verified: ${visible(examined.why)}`;
  return `${count - examined.doubts.length} of its ${count} signed words are good by ${visible(examined.by)}`;
}

function render(seen: SeenMode, context: Context): string {
  const { mode: earned, conditions, demotions, unearned } = seen.view;
  const { vessel, proposals } = seen.trail;
  const wrong = [
    ...demotions.map(({ rule, why, to }) => ['✗', rule, `${why}: ${to}`]),
    ...unearned.map(({ change, why }) => ['✗', 'unearned', `${visible(change)}: ${why}`]),
    ...(seen.examined?.doubts ?? []).map(({ about, why }) => ['✗', 'signed word', visible(`${about}: ${why}`)]),
  ];
  const rows = table([...wrong, ...conditions.map(row)], context.columns, { overflow: 'wrap' });
  const rests = `rests on record ${vessel.position.seq} of mission_log and ${proposals.position.seq} of proposals`;
  const lines = [
    paint(context, 'bold', `${earned} is earned by the trail`),
    rows.trimEnd(),
    verdict(seen),
    `${rests}; whether these were changed says ubos audit verify`,
    examinedWords(seen),
    ...(strangeWords(seen) === undefined ? [] : [strangeWords(seen) ?? '']),
  ];
  return `${lines.map((line, index) => (index === 1 ? line : wrap(context.here(line), context.columns))).join('\n')}\n`;
}

export const command: Command = {
  json: [modeJson],
  usage,
  details:
    'What the next mode needs, each condition with its number, from the audit trail alone: on any machine the same. Whether the trail was changed says ubos audit verify. The words that authorised and recommended are verified with the keys of --allowed-signers, or of the configuration; one that does not hold counts for nothing. Exit code 1: there is such a word, or a step up stands in the trail that its figures do not bear out.',
  options: { ...trailOptions, ...signersOption },
  async run({ positionals, values }, context) {
    noWords(positionals, usage);
    const seen = await readMode(values, context, { examines: true });
    if (context.json) writeMode(context.stdout, seen);
    else context.stdout.write(render(seen, context));
    return seen.view.unearned.length + (seen.examined?.doubts.length ?? 0) === 0 ? EXIT.ok : EXIT.failure;
  },
};
