import { visible } from '../../../domain/text/visible.js';
import type { Command } from '../../command.js';
import { EXIT } from '../../exit-codes.js';
import { jsonObjects } from '../../schemas/json-objects.js';
import { snakeKeys } from '../../../domain/text/key-case.js';

const json = jsonObjects(({ z, text }) => ({
  config: z.looseObject({ agent_file: text, vessel_id: text, policy_version: text }),
}));

export const command: Command = {
  json: [json],
  usage: 'ubos config show [--json]',
  details: 'The configuration as the code sees it, with every default.',
  async run(_, context) {
    const config = snakeKeys(await context.config());
    if (context.json) json.write(context.stdout, 'config', config);
    else context.stdout.write(`${visible(JSON.stringify(config, null, 2), { keepNewlines: true })}\n`);
    return EXIT.ok;
  },
};
