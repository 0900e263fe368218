import type { Command } from '../../command.js';
import { EXIT } from '../../exit-codes.js';
import { jsonObjects } from '../../schemas/json-objects.js';
import { knownPlaybooks } from './known-playbooks.js';

const json = jsonObjects(({ z, text, count }) => ({ 'playbooks-valid': z.strictObject({ file: text, playbooks: count }) }));

export const command: Command = {
  json: [json],
  usage: 'ubos playbooks validate [--json]',
  details:
    'Everything that is wrong in the file of playbooks, with line and key; also what the constitution would refuse of what they propose. A cycle disables a broken playbook and goes on with the others. Needs no server.',
  async run(_, context) {
    const config = await context.config();
    const { playbookProblems } = await import('../../../config/registries.js');
    const { invalidConfig } = await import('../../../config/read-documents.js');
    const problems = playbookProblems(config);
    if (problems.length > 0) throw invalidConfig(problems);
    const { file, playbooks } = await knownPlaybooks(context);
    if (context.json) json.write(context.stdout, 'playbooks-valid', { file, playbooks: playbooks.length });
    else context.stdout.write(`VALID ${file}  ${playbooks.length} playbook${playbooks.length === 1 ? '' : 's'}\n`);
    return EXIT.ok;
  },
};
