import { conditionsFor } from '../../../domain/modes/conditions.js';
import { demotionRules } from '../../../domain/modes/demotions.js';
import { modeNames } from '../../../domain/modes/mode.js';
import type { Command, Context } from '../../command.js';
import { EXIT } from '../../exit-codes.js';
import { jsonObjects } from '../../schemas/json-objects.js';
import { paint, table, wrap } from '../../terminal/output.js';
import { noWords } from '../audit/trail-options.js';
import type { SeenMode } from './reading.js';
import { readMode, trailOptions } from './reading.js';
import { allows, strangeWords } from './words.js';

const usage = 'ubos mode explain [--trail FOLDER] [--json]';

const json = jsonObjects(({ z, text }) => ({
  'mode-rules': z.strictObject({
    modes: z.array(z.strictObject({ mode: text, allows: text })),
    enters: z.array(z.strictObject({ to: text, rule: text, clause: text, need: text })),
    leaves: z.array(z.strictObject({ from: z.array(z.string()), to: text, rule: text, clause: text })),
  }),
}));

function rulesOf({ view: { figures }, settings, recommenders, now }: SeenMode) {
  const subject = { figures, settings, voices: { recommenders }, now };
  return {
    modes: modeNames.map((mode) => ({ mode, allows: allows[mode] })),
    enters: (['alpha', 'beta', 'omega'] as const).flatMap((to) =>
      conditionsFor(to, subject).map(({ rule, clause, need }) => ({ to, rule, clause, need })),
    ),
    leaves: demotionRules.map(({ from, to, rule, clause }) => ({ from: [...from], to, rule, clause })),
  };
}

function render({ modes, enters, leaves }: ReturnType<typeof rulesOf>, context: Context): string {
  const part = (title: string, rows: readonly (readonly string[])[]) =>
    `${paint(context, 'bold', title)}\n${table(rows, context.columns, { overflow: 'wrap' })}`;
  return [
    part(
      'what runs without a person',
      modes.map(({ mode, allows: words }) => [mode, words]),
    ),
    part(
      'up, step by step: all, and a signature',
      enters.map(({ to, need, clause }) => [to, `${need} (${clause})`]),
    ),
    part(
      'down, by itself and at once',
      leaves.map(({ to, from, clause }) => [to, `from ${from.join(', ')}: ${clause}`]),
    ),
  ].join('\n');
}

export const command: Command = {
  json: [json],
  usage,
  details: 'With the numbers of the configuration, which may be stricter than the charter and never looser (modes in agent.yaml).',
  options: trailOptions,
  async run({ positionals, values }, context) {
    noWords(positionals, usage);
    const seen = await readMode(values, context);
    const rules = rulesOf(seen);
    if (context.json) json.write(context.stdout, 'mode-rules', rules);
    else context.stdout.write(render(rules, context));
    const strange = strangeWords(seen);
    if (strange !== undefined) context.stderr.write(`${wrap(strange, context.columns, 2)}\n`);
    return EXIT.ok;
  },
};
