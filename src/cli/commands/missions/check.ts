import type { JanusConfig } from '../../../config/config.js';
import { didYouMean } from '../../../domain/text/did-you-mean.js';
import { toSnakeCase, visible } from '../../../domain/text/visible.js';
import type { Metrics } from '../../../domain/thinking/metrics.js';
import type { TriggerResult } from '../../../domain/thinking/trigger.js';
import { evaluateTrigger, parseTrigger } from '../../../domain/thinking/trigger.js';
import type { Command, Context } from '../../command.js';
import { EXIT } from '../../exit-codes.js';
import { jsonObjects } from '../../schemas/json-objects.js';
import { paint, wrap } from '../../terminal/output.js';
import { noWords } from '../controls/words.js';
import { conditionLines, conditionsOf, measured } from '../playbooks/conditions.js';
import type { KnownMissions, Mission, MissionState } from './known-missions.js';
import { knownActionTypes, knownMissions, missionStates, stateOf } from './known-missions.js';

const usage = 'ubos missions check [--json]';

const json = jsonObjects(({ z, text, heldCondition, triggerResult }) => ({
  'missions-checked': z.strictObject({
    file: text,
    missions: z.array(
      z.strictObject({
        id: text,
        title: text,
        state: z.enum(missionStates),
        result: triggerResult
          .nullable()
          .describe('whether its success holds now; unknown: a value could not be measured; null: it names none'),
        conditions: z.array(heldCondition),
        remarks: z.array(text).describe('what is sound, and is hardly meant'),
      }),
    ),
  }),
}));

/** Types that nothing proposes: a mission that allows only such ones is pursued by nobody. */
function typeRemarks({ allowed_action_types: allowed = [] }: Mission, known: readonly string[]): string[] {
  return allowed.flatMap((type) => {
    if (known.includes(toSnakeCase(type))) return [];
    const nearest = didYouMean(toSnakeCase(type), known);
    return `no action of the catalogue is of type ${type}${nearest === undefined ? '' : `; did you mean ${nearest}?`}`;
  });
}

function examine(mission: Mission, state: MissionState, { metrics, types }: { metrics: Metrics; types: readonly string[] }) {
  const parsed = parseTrigger(mission.success);
  const trigger = 'trigger' in parsed ? parsed.trigger : undefined;
  return {
    ...{ id: mission.id, title: mission.title, state },
    result: trigger === undefined ? null : evaluateTrigger(trigger, metrics),
    conditions: conditionsOf(trigger ?? [], metrics),
    remarks: typeRemarks(mission, types),
  };
}

const verdicts: Readonly<Record<TriggerResult, string>> = {
  match: 'Its success holds: the next thinking cycle records it as reached, and that closes it.',
  no_match: 'Its success does not hold yet.',
  unknown: 'Nobody can say whether its success holds: what is not measured never counts.',
};

const verdictOf = ({ state, result }: ReturnType<typeof examine>): string => {
  if (state === 'reached') return 'It was reached, and is closed.';
  if (state === 'over') return 'Its time is over.';
  if (state === 'off') return 'It is switched off (active: false).';
  return result === null ? 'It names no success, so it is never reached.' : verdicts[result];
};

function write(examined: readonly ReturnType<typeof examine>[], { file }: KnownMissions, context: Context): void {
  const count = `${examined.length} mission${examined.length === 1 ? '' : 's'}`;
  context.stdout.write(`VALID ${file}  ${count}\n`);
  for (const each of examined) {
    const marked = each.remarks.map((remark) => `${paint(context, 'yellow', '!')} ${visible(remark)}`);
    context.stdout.write(`\n${wrap(`${paint(context, 'bold', each.id)}  ${visible(each.title)}`, context.columns, 2)}\n`);
    for (const line of [...conditionLines(each.conditions, context), verdictOf(each), ...marked])
      context.stdout.write(`  ${wrap(line, context.columns - 2, 4)}\n`);
  }
}

export const command: Command = {
  json: [json],
  usage,
  details:
    'Everything that is wrong in the file of missions, with line and key; then of each mission, condition by condition, whether its success holds now. Changes nothing: a thinking cycle records what is reached. What only a running vessel knows (relief_degraded, llm_available, operational_mode) is unknown here. Needs no server.',
  async run({ positionals }, context) {
    noWords(positionals, 0, usage);
    const config: JanusConfig = await context.config();
    const known = await knownMissions(context);
    const [metrics, types] = [await measured(context), await knownActionTypes(config)];
    const examined = known.missions.map((mission) => examine(mission, stateOf(mission, known.reached, context.now()), { metrics, types }));
    if (context.json) json.write(context.stdout, 'missions-checked', { file: known.file, missions: examined });
    else if (examined.length === 0) context.stderr.write(`There is no mission in ${known.file}.\n`);
    else write(examined, known, context);
    return EXIT.ok;
  },
};
