import { JanusError } from '../../../domain/errors.js';
import { visible } from '../../../domain/text/visible.js';
import type { Command } from '../../command.js';
import { EXIT } from '../../exit-codes.js';
import { wrap, writeJson } from '../../terminal/output.js';
import { snakeKeys } from '../../../domain/text/key-case.js';

export const show: Command = {
  usage: 'ubos config show [--json]',
  details: 'The configuration as the code sees it, with every default.',
  async run(_, context) {
    const config = snakeKeys(await context.config()) as object;
    if (context.json) writeJson(context, 'config', config);
    else context.stdout.write(`${visible(JSON.stringify(config, null, 2), { keepNewlines: true })}\n`);
    return EXIT.ok;
  },
};

export const validate: Command = {
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

export const explain: Command = {
  usage: 'ubos config explain KEY [--json]',
  details: 'For example: ubos config explain harness.max_concurrency',
  async run({ positionals }, context) {
    const { explainKey } = await import('../../../config/yaml/explain.js');
    const [key] = positionals;
    if (key === undefined)
      throw new JanusError('USAGE', 'which key?', { next: `ubos config explain KEY; sections are ${explainKey('').keys.join(', ')}` });
    const { meaning, fallback, keys } = explainKey(key);
    if (context.json) writeJson(context, 'config-key', { key, meaning, default: fallback, keys });
    else if (keys.length > 0) context.stdout.write(`${wrap(`${key} has the keys ${keys.join(', ')}`, context.columns, 2)}\n`);
    else
      context.stdout.write(
        `${wrap(`${key}\n  ${meaning === '' ? 'no words for it yet' : meaning}\n  default: ${fallback}`, context.columns)}\n`,
      );
    return EXIT.ok;
  },
};
