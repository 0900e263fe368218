import type { Command } from '../../command.js';
import { EXIT } from '../../exit-codes.js';
import { jsonObjects } from '../../schemas/json-objects.js';

const json = jsonObjects(({ z, text }) => ({ 'config-valid': z.strictObject({ file: text, policy_version: text }) }));

export const command: Command = {
  json: [json],
  usage: 'ubos config validate [--json]',
  details:
    'Checks agent.yaml, policy.json, playbooks.json and mission_objectives.json; also names tools that no sandbox could start, and names of security.allowed_tools that no tool has. A tool that is switched off is a note.',
  async run(_, context) {
    const config = await context.config();
    const { agentFile, policyVersion } = config;
    const { registryProblems } = await import('../../../config/registries.js');
    const { toolProblems } = await import('../../../config/tool-problems.js');
    const { invalidConfig } = await import('../../../config/read-documents.js');
    const { describeProblem } = await import('../../../config/yaml/problem.js');
    const ofTools = toolProblems(config);
    const problems = [...ofTools.problems, ...registryProblems(config)];
    if (problems.length > 0) throw invalidConfig(problems);
    for (const note of ofTools.notes) context.stderr.write(`note: ${describeProblem(note)}\n`);
    if (context.json) json.write(context.stdout, 'config-valid', { file: agentFile, policy_version: policyVersion });
    else context.stdout.write(`VALID ${agentFile}  policy version ${policyVersion}\n`);
    return EXIT.ok;
  },
};
