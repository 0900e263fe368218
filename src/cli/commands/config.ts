import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import type { JanusConfig } from '../../config/config.js';
import { JanusError } from '../../domain/errors.js';
import type { Command } from '../command.js';
import { EXIT } from '../exit-codes.js';
import { wrap, writeJson } from '../output.js';
import { snakeKeys } from '../snake.js';

export const show: Command = {
  usage: 'ubos config show [--json]',
  details: 'The configuration as the code sees it, with every default.',
  async run(_, context) {
    const config = snakeKeys(await context.config()) as object;
    if (context.json) writeJson(context, 'config', config);
    else context.stdout.write(`${JSON.stringify(config, null, 2)}\n`);
    return EXIT.ok;
  },
};

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');

/** A broken playbook disables itself alone, so the worker goes on; whoever asks is told. */
async function brokenPlaybooks({ paths, tools }: JanusConfig): Promise<string[]> {
  const { readPlaybooks } = await import('../../adapters/planner/playbook-planner.js');
  const { disabled, idle } = await readPlaybooks(paths.playbooks, tools, sha256);
  const unreadable = idle === undefined || !existsSync(paths.playbooks) ? [] : [idle];
  return [...unreadable, ...disabled.map(({ playbookId, why }) => `${paths.playbooks}: ${playbookId}: ${why}`)];
}

export const validate: Command = {
  usage: 'ubos config validate [--json]',
  details: 'Reads agent.yaml, policy.json and the playbooks; an error names file, line, key, what was found and what is allowed.',
  async run(_, context) {
    const config = await context.config();
    const { agentFile, policyVersion } = config;
    const broken = await brokenPlaybooks(config);
    if (broken.length > 0)
      throw new JanusError('CONFIG_INVALID', broken.join('\n'), {
        details: { problems: broken },
        next: 'mend it, then: ubos config validate',
      });
    if (context.json) writeJson(context, 'config-valid', { file: agentFile, policy_version: policyVersion });
    else context.stdout.write(`VALID ${agentFile}  policy version ${policyVersion}\n`);
    return EXIT.ok;
  },
};

export const explain: Command = {
  usage: 'ubos config explain KEY [--json]',
  details: 'For example: ubos config explain harness.max_concurrency',
  async run({ positionals }, context) {
    const { explainKey } = await import('../../config/explain.js');
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
