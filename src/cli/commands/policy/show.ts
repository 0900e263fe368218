import type { AdoptedPage } from '../../../adapters/policies/kept-policies.js';
import type { PolicyReview } from '../../../domain/policy/review.js';
import { isOver, unanimousSince } from '../../../domain/policy/review.js';
import type { PolicyValue } from '../../../domain/policy/rule.js';
import { visible } from '../../../domain/text/visible.js';
import type { Command, Context } from '../../command.js';
import { EXIT } from '../../exit-codes.js';
import { jsonObjects } from '../../schemas/json-objects.js';
import { table, wrap } from '../../terminal/output.js';
import { when } from '../../terminal/times.js';
import { noWords } from '../controls/words.js';
import type { SeenPolicy } from './reading.js';
import { changeLines, readPolicies, textsOf } from './reading.js';

const usage = 'ubos policy show [--json]';

const json = jsonObjects(({ z, text, isoTime }) => ({
  policy: z.strictObject({
    says: text.describe('SHA-256 of what the files say: orders about the policy name it'),
    adopted: z
      .strictObject({
        policy: text.describe('SHA-256 of what it says'),
        at: isoTime,
        of: text.nullable().describe('the policy before; null: it is the first'),
        looser: z.array(text),
        stricter: z.array(text),
        amendments: z.enum(['recorded', 'required']).describe('what becomes of a looser one'),
        held: z
          .strictObject({ policy: text, looser: z.array(text), stricter: z.array(text) })
          .nullable()
          .describe('what the files said when the brain started last, and it did not go by; null: nothing looser'),
      })
      .nullable()
      .describe('under which the vessel runs; null: no brain has run here'),
    next: z
      .strictObject({ looser: z.array(text), stricter: z.array(text) })
      .nullable()
      .describe('what the files say that the vessel does not run under yet; null: nothing to compare with'),
    review: z
      .strictObject({
        policy: text,
        by: text,
        at: isoTime,
        rationale: text,
        recommended_by: z.array(text),
        unanimous_since: isoTime.nullable(),
        over: z.boolean().describe('its days are over: it can be adopted'),
      })
      .nullable()
      .describe('what was proposed, by the trail'),
    rules: z.array(
      z.strictObject({
        key: text,
        value: z.union([z.number(), z.boolean(), z.string(), z.array(z.string()), z.null()]).describe('null: no bound'),
      }),
    ),
  }),
}));

const listsOf = <Page extends { readonly looser: readonly string[]; readonly stricter: readonly string[] }>(page: Page) => ({
  ...page,
  looser: [...page.looser],
  stricter: [...page.stricter],
});

const pageJson = ({ held, ...page }: AdoptedPage) => ({ ...listsOf(page), held: held === null ? null : listsOf(held) });

function reviewJson(review: PolicyReview, { recommenders }: SeenPolicy) {
  const { policy, by, at, rationale, votes } = review;
  const last = unanimousSince(review, recommenders);
  return {
    ...{ policy, by, at, rationale, recommended_by: votes.map(({ word }) => word.by) },
    unanimous_since: last === undefined ? null : new Date(last.at).toISOString(),
    over: last !== undefined && isOver(review, last),
  };
}

const valueText = (value: PolicyValue) => {
  if (value === null) return 'no bound';
  return Array.isArray(value) ? (value.length === 0 ? 'nothing' : value.join('; ')) : String(value);
};

/** What the vessel goes by, and since when. */
function adoptedWords({ adopted }: SeenPolicy, context: Context): string {
  if (adopted === undefined) return 'No brain has run under a policy here yet: the first one that starts adopts it.\n';
  const { policy, at, of, looser, stricter } = adopted;
  const since = `The vessel runs under policy ${policy.slice(0, 12)} since ${when(new Date(at), context, 'iso')}`;
  const before = of === null ? ', its first.' : `; before: ${of.slice(0, 12)}${looser.length + stricter.length === 0 ? '.' : ':'}`;
  return `${wrap(`${since}${before}`, context.columns)}\n${changeLines(looser, stricter, context)}`;
}

/** What the files say otherwise, and what becomes of it. */
function nextWords({ adopted, next, policy }: SeenPolicy, context: Context): string {
  if (adopted === undefined) return '';
  if (next === undefined) return 'That policy is not kept here: nobody can say what the files change.\n';
  if (next.length === 0) return '';
  const [looser, stricter] = [textsOf(next, 'looser'), textsOf(next, 'stricter')];
  const waits = adopted.amendments === 'required' && looser.length > 0;
  const words = waits
    ? `The files say another one, ${policy.slice(0, 12)}. It is looser, so none of it counts until it is adopted:`
    : 'The files say something else by now; it counts from the next start of the brain on:';
  return `${wrap(words, context.columns)}\n${changeLines(looser, stricter, context)}`;
}

function reviewWords({ review, policy, adopted, next, recommenders }: SeenPolicy, context: Context): string {
  const say = (text: string) => `${wrap(context.here(text), context.columns)}\n`;
  if (adopted?.amendments !== 'required') return '';
  if (review === undefined || review.policy !== policy)
    return next?.some(({ effect }) => effect === 'looser') === true
      ? say("No review of it is under way: ubos policy propose --reason 'why'")
      : '';
  const last = unanimousSince(review, recommenders);
  const said = review.votes.map(({ word }) => word.by).join(', ') || 'nobody';
  const proposed = `Proposed by ${visible(review.by)}: ${visible(review.rationale)}. Recommended by ${visible(said)}`;
  if (last === undefined) return say(`${proposed}; needed: ${recommenders.join(', ')}.`);
  const since = when(new Date(last.at), context, 'iso');
  return say(
    isOver(review, last) ? `${proposed}. The days of its review are over: ubos policy adopt` : `${proposed}; under review since ${since}.`,
  );
}

function render(seen: SeenPolicy, context: Context): string {
  const rows = seen.rules.map(({ key, value }) => [visible(key), visible(valueText(value))]);
  const all = table([['KEY', 'SAYS'], ...rows], context.columns, { overflow: 'wrap', widest: [44] });
  return `${all}\n${adoptedWords(seen, context)}${nextWords(seen, context)}${reviewWords(seen, context)}`;
}

export const command: Command = {
  json: [json],
  usage,
  details:
    'The security policy: who may do what, with which tools, within which bounds; when it changed last, and what of it is looser since. Needs no server.',
  async run({ positionals }, context) {
    noWords(positionals, 0, usage);
    const seen = await readPolicies(context);
    const { rules, adopted, next, review } = seen;
    if (!context.json) context.stdout.write(render(seen, context));
    else
      json.write(context.stdout, 'policy', {
        says: seen.policy,
        adopted: adopted === undefined ? null : pageJson(adopted),
        review: review === undefined ? null : reviewJson(review, seen),
        next: next === undefined ? null : { looser: textsOf(next, 'looser'), stricter: textsOf(next, 'stricter') },
        rules: rules.map(({ key, value }) => ({
          key,
          value: Array.isArray(value) ? [...(value as readonly string[])] : (value as Exclude<PolicyValue, readonly string[]>),
        })),
      });
    return EXIT.ok;
  },
};
