import type { Command } from '../../command.js';
import { EXIT } from '../../exit-codes.js';
import { jsonObjects } from '../../schemas/json-objects.js';
import { paint, wrap } from '../../terminal/output.js';
import { knownPlaybooks, namedPlaybook } from './known-playbooks.js';

const json = jsonObjects(({ z, text }) => ({
  'playbook-revoked': z.strictObject({ file: text, playbook_id: text, was_approved_by: text.nullable() }),
}));

export const command: Command = {
  json: [json],
  usage: 'ubos playbooks revoke PLAYBOOK [--json]',
  details: 'Takes back that it was approved beforehand: from now on people are asked each time, in every mode. Needs no server.',
  async run({ positionals }, context) {
    const known = await knownPlaybooks(context);
    const playbook = namedPlaybook(known, positionals[0], command.usage);
    const { playbook_id: id, approved_by: by } = playbook.document;
    if (by !== undefined) await known.write(playbook, undefined);
    if (context.json) json.write(context.stdout, 'playbook-revoked', { file: known.file, playbook_id: id, was_approved_by: by ?? null });
    else {
      const words = by === undefined ? `${id} was not approved beforehand: nothing to take back` : `${id} is no longer approved beforehand`;
      context.stdout.write(`${wrap(`${paint(context, 'yellow', '✓')} ${words}`, context.columns, 2)}\n`);
    }
    return EXIT.ok;
  },
};
