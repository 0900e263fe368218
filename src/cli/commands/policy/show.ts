import type { AdoptedPage } from '../../../adapters/policies/kept-policies.js';
import type { PolicyDifference, PolicyRule, PolicyValue } from '../../../domain/policy/rule.js';
import { comparePolicies, differenceText } from '../../../domain/policy/rule.js';
import { visible } from '../../../domain/text/visible.js';
import type { Command, Context } from '../../command.js';
import { EXIT } from '../../exit-codes.js';
import { jsonObjects } from '../../schemas/json-objects.js';
import { paint, table, wrap } from '../../terminal/output.js';
import { when } from '../../terminal/times.js';
import { noWords } from '../controls/words.js';

const usage = 'ubos policy show [--json]';

const json = jsonObjects(({ z, text, isoTime }) => ({
  policy: z.strictObject({
    adopted: z
      .strictObject({
        policy: text.describe('SHA-256 of what it says'),
        at: isoTime,
        of: text.nullable().describe('the policy before; null: it is the first'),
        looser: z.array(text),
        stricter: z.array(text),
      })
      .nullable()
      .describe('under which the vessel runs; null: no brain has run here'),
    next: z
      .strictObject({ looser: z.array(text), stricter: z.array(text) })
      .nullable()
      .describe('what the files say that the vessel does not run under yet; null: nothing to compare with'),
    rules: z.array(
      z.strictObject({
        key: text,
        value: z.union([z.number(), z.boolean(), z.string(), z.array(z.string()), z.null()]).describe('null: no bound'),
      }),
    ),
  }),
}));

interface Known {
  readonly rules: readonly PolicyRule[];
  readonly adopted: AdoptedPage | undefined;
  /** Between what runs and what the files say; undefined where nobody has what runs. */
  readonly next: readonly PolicyDifference[] | undefined;
}

async function know(context: Context): Promise<Known> {
  const config = await context.config();
  const { securityPolicy, signerTexts } = await import('../../../config/security-policy.js');
  const { readAdopted, readPolicy } = await import('../../../adapters/policies/kept-policies.js');
  const rules = securityPolicy(config, signerTexts(config));
  const folder = config.paths.adoptedPolicies;
  const adopted = await readAdopted(folder);
  const running = adopted === undefined ? undefined : await readPolicy(folder, adopted.policy);
  return { rules, adopted, next: running === undefined ? undefined : comparePolicies(running, rules) };
}

const textsOf = (differences: readonly PolicyDifference[], effect: PolicyDifference['effect']) =>
  differences.filter((each) => each.effect === effect).map(differenceText);

const valueText = (value: PolicyValue) => {
  if (value === null) return 'no bound';
  return Array.isArray(value) ? (value.length === 0 ? 'nothing' : value.join('; ')) : String(value);
};

function changes(looser: readonly string[], stricter: readonly string[], context: Context): string {
  const lines = [
    ...looser.map((text) => `${paint(context, 'yellow', 'looser  ')}  ${visible(text)}`),
    ...stricter.map((text) => `stricter  ${visible(text)}`),
  ];
  return lines.map((line) => `${wrap(`  ${line}`, context.columns, 12)}\n`).join('');
}

function render({ rules, adopted, next }: Known, context: Context): string {
  const rows = rules.map(({ key, value }) => [visible(key), visible(valueText(value))]);
  const all = table([['KEY', 'SAYS'], ...rows], context.columns, { overflow: 'wrap', widest: [44] });
  if (adopted === undefined) return `${all}\nNo brain has run under a policy here yet: the first one that starts records it.\n`;
  const { policy, at, of, looser, stricter } = adopted;
  const since = `The vessel runs under policy ${policy.slice(0, 12)} since ${when(new Date(at), context, 'iso')}`;
  const before = of === null ? ', its first.' : `; before: ${of.slice(0, 12)}${looser.length + stricter.length === 0 ? '.' : ':'}`;
  const now = `${wrap(`${since}${before}`, context.columns)}\n${changes(looser, stricter, context)}`;
  if (next === undefined) return `${all}\n${now}That policy is not kept here: nobody can say what the files change.\n`;
  if (next.length === 0) return `${all}\n${now}`;
  return `${all}\n${now}The files say something else by now; it counts from the next start of the brain on:\n${changes(textsOf(next, 'looser'), textsOf(next, 'stricter'), context)}`;
}

export const command: Command = {
  json: [json],
  usage,
  details:
    'The security policy: who may do what, with which tools, within which bounds; when it changed last, and what of it is looser since. Needs no server.',
  async run({ positionals }, context) {
    noWords(positionals, 0, usage);
    const known = await know(context);
    const { rules, adopted, next } = known;
    if (!context.json) context.stdout.write(render(known, context));
    else
      json.write(context.stdout, 'policy', {
        adopted: adopted === undefined ? null : { ...adopted, looser: [...adopted.looser], stricter: [...adopted.stricter] },
        next: next === undefined ? null : { looser: textsOf(next, 'looser'), stricter: textsOf(next, 'stricter') },
        rules: rules.map(({ key, value }) => ({
          key,
          value: Array.isArray(value) ? [...(value as readonly string[])] : (value as Exclude<PolicyValue, readonly string[]>),
        })),
      });
    return EXIT.ok;
  },
};
