import { JanusError } from '../../../domain/errors.js';
import type { Metrics } from '../../../domain/thinking/metrics.js';
import { isMetricName, metricTypes } from '../../../domain/thinking/metrics.js';
import { evaluateTrigger, unknownMetric } from '../../../domain/thinking/trigger.js';
import { visible } from '../../../domain/text/visible.js';
import type { Command, Values } from '../../command.js';
import { textsOf } from '../../command.js';
import { EXIT } from '../../exit-codes.js';
import { jsonObjects } from '../../schemas/json-objects.js';
import { paint, wrap } from '../../terminal/output.js';
import { conditionLines, conditionsOf, measured } from './conditions.js';
import { knownPlaybooks, namedPlaybook } from './known-playbooks.js';

const json = jsonObjects(({ z, text, violation, heldCondition, triggerResult }) => ({
  'playbook-tested': z.strictObject({
    playbook_id: text,
    result: triggerResult.describe('unknown: a value could not be measured, so it does not fire'),
    conditions: z.array(heldCondition),
    violations: z.array(violation).describe('what the constitution would refuse of what it proposes'),
  }),
}));

const readers = {
  number: (text: string) => (text.trim() !== '' && Number.isFinite(Number(text)) ? Number(text) : undefined),
  boolean: (text: string) => (text === 'true' ? true : text === 'false' ? false : undefined),
  string: (text: string) => text,
} as const;

/** `--with disk_usage_percent=91`: a value instead of what is measured. Throws USAGE for what is no metric, or no value of it. */
function givenMetrics(values: Values): Metrics {
  return Object.fromEntries(
    textsOf(values, 'with').map((given) => {
      const at = given.indexOf('=');
      const [name, text] = [given.slice(0, Math.max(0, at)), given.slice(at + 1)];
      const next = '--with disk_usage_percent=91';
      if (at < 1) throw new JanusError('USAGE', `${JSON.stringify(given)} gives no metric a value`, { next });
      if (!isMetricName(name)) throw new JanusError('USAGE', unknownMetric(name), { next });
      const value = readers[metricTypes[name]](text);
      if (value === undefined)
        throw new JanusError('USAGE', `${name} is a ${metricTypes[name]}, ${JSON.stringify(text)} is none`, { next });
      return [name, value];
    }),
  );
}

const words = {
  match: 'It would fire.',
  no_match: 'It would not fire.',
  unknown: 'It would not fire: what is not measured matches nothing.',
} as const;

export const command: Command = {
  json: [json],
  usage: 'ubos playbooks test PLAYBOOK [--with METRIC=VALUE]... [--json]',
  details:
    'Whether it would fire now, condition by condition, and whether the constitution would let its proposal pass. Proposes nothing. What only a running vessel knows (relief_degraded, llm_available, operational_mode) is unknown here, unless --with says it. Needs no server.',
  options: { with: { type: 'string', multiple: true } },
  async run({ positionals, values }, context) {
    const known = await knownPlaybooks(context);
    const playbook = namedPlaybook(known, positionals[0], command.usage);
    const metrics = { ...(await measured(context)), ...givenMetrics(values) };
    const { playbookObjections } = await import('../../../config/registries.js');
    const violations = playbookObjections(playbook, await context.config());
    const result = evaluateTrigger(playbook.trigger, metrics);
    const conditions = conditionsOf(playbook.trigger, metrics);
    if (context.json)
      json.write(context.stdout, 'playbook-tested', { playbook_id: playbook.document.playbook_id, result, conditions, violations });
    else {
      for (const line of conditionLines(conditions, context)) context.stdout.write(`${line}\n`);
      context.stdout.write(`${words[result]}\n`);
      for (const { rule, message } of violations)
        context.stdout.write(
          `${wrap(`${paint(context, 'red', '✗')} the constitution would refuse it: ${rule}: ${visible(message)}`, context.columns, 2)}\n`,
        );
    }
    return EXIT.ok;
  },
};
