import { JanusError } from '../../../domain/errors.js';
import type { Command } from '../../command.js';
import { EXIT } from '../../exit-codes.js';
import { jsonObjects } from '../../schemas/json-objects.js';
import { wrap } from '../../terminal/output.js';

const json = jsonObjects(({ z, text }) => ({
  'config-key': z.strictObject({ key: text, meaning: text, default: text, keys: z.array(z.string()) }),
}));

export const command: Command = {
  json: [json],
  usage: 'ubos config explain KEY [--json]',
  details: 'For example: ubos config explain harness.max_concurrency',
  async run({ positionals }, context) {
    const { explainKey } = await import('../../../config/yaml/explain.js');
    const [key] = positionals;
    if (key === undefined)
      throw new JanusError('USAGE', 'which key?', { next: `ubos config explain KEY; sections are ${explainKey('').keys.join(', ')}` });
    const { meaning, fallback, keys } = explainKey(key);
    if (context.json) json.write(context.stdout, 'config-key', { key, meaning, default: fallback, keys });
    else if (keys.length > 0) context.stdout.write(`${wrap(`${key} has the keys ${keys.join(', ')}`, context.columns, 2)}\n`);
    else
      context.stdout.write(
        `${wrap(`${key}\n  ${meaning === '' ? 'no words for it yet' : meaning}\n  default: ${fallback}`, context.columns)}\n`,
      );
    return EXIT.ok;
  },
};
