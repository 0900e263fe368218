import type { Command } from '../../command.js';
import { EXIT } from '../../exit-codes.js';
import { writeJson } from '../../terminal/output.js';

export const command: Command = {
  usage: 'ubos config validate [--json]',
  details: 'Checks agent.yaml, policy.json, playbooks.json and mission_objectives.json.',
  async run(_, context) {
    const config = await context.config();
    const { agentFile, policyVersion } = config;
    const { registryProblems } = await import('../../../config/registries.js');
    const { invalidConfig } = await import('../../../config/load.js');
    const problems = registryProblems(config);
    if (problems.length > 0) throw invalidConfig(problems);
    if (context.json) writeJson(context, 'config-valid', { file: agentFile, policy_version: policyVersion });
    else context.stdout.write(`VALID ${agentFile}  policy version ${policyVersion}\n`);
    return EXIT.ok;
  },
};
