import type { Command } from '../../command.js';
import { EXIT } from '../../exit-codes.js';
import { jsonObjects } from '../../schemas/json-objects.js';
import { knownPlaybooks, namedPlaybook, playbookJson } from './known-playbooks.js';
import { playbookText } from './playbook-text.js';

const json = jsonObjects(({ z, knownPlaybook }) => ({
  playbook: knownPlaybook.extend({ document: z.record(z.string(), z.unknown()).describe('as it stands in the file, with the defaults') }),
}));

export const command: Command = {
  json: [json],
  usage: 'ubos playbooks show PLAYBOOK [--json]',
  details: 'When it fires, what it would propose, and whether it is approved beforehand. Needs no server.',
  async run({ positionals }, context) {
    const known = await knownPlaybooks(context);
    const playbook = namedPlaybook(known, positionals[0], command.usage);
    const consent = await known.consent(playbook);
    if (context.json) json.write(context.stdout, 'playbook', { ...playbookJson(playbook, consent), document: playbook.document });
    else context.stdout.write(`${playbookText(playbook, consent, context)}\n`);
    return EXIT.ok;
  },
};
