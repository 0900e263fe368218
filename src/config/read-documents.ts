import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { z } from 'zod';
import { JanusError } from '../domain/errors.js';
import { keptNames } from '../domain/policy/documents.js';
import { errnoWords } from '../domain/text/errno-words.js';
import type { JanusConfig } from './config.js';
import type { AgentDocument } from './sections/agent.schema.js';
import { agentSchema } from './sections/agent.schema.js';
import type { Parsed } from './yaml/parse-with-positions.js';
import { parseWithPositions } from './yaml/parse-with-positions.js';
import type { Problem } from './yaml/problem.js';
import { describeProblem } from './yaml/problem.js';

export function invalidConfig(problems: readonly Problem[]): JanusError {
  return new JanusError('CONFIG_INVALID', problems.map(describeProblem).join('\n'), {
    details: { problems },
    next: 'mend the file, then: ubos config validate',
  });
}

/** Throws CONFIG_INVALID with every problem. */
export function readParsed<T extends z.ZodType>(file: string, schema: T): Extract<Parsed<z.output<T>>, { ok: true }> {
  let bytes: Buffer;
  try {
    bytes = readFileSync(file);
  } catch (error) {
    throw invalidConfig([{ file, line: 1, key: '', found: errnoWords(error), allowed: 'the file must be readable' }]);
  }
  const parsed = parseWithPositions(bytes, file, schema);
  if (!parsed.ok) throw invalidConfig(parsed.problems);
  return parsed;
}

/** Documents that were kept from another time, under the names of `keptNames`, and the configuration in whose surroundings they are read. */
export interface KeptDocuments {
  readonly folder: string;
  readonly live: JanusConfig;
}

/** agent.yaml; of kept documents, with the others in their folder instead of those that it names. Throws CONFIG_INVALID. */
export function readAgent(file: string, kept: KeptDocuments | undefined) {
  const agent = readParsed(kept === undefined ? file : join(kept.folder, keptNames.agent), agentSchema);
  if (kept === undefined) return agent;
  const [policy, signers, revoked] = (['policy', 'allowedSigners', 'revokedSigners'] as const).map((name) =>
    join(kept.folder, keptNames[name]),
  );
  const { sandbox, approvals } = agent.value;
  const files = {
    sandbox: { ...sandbox, policy_path: policy },
    approvals: { ...approvals, allowed_signers: signers, revoked_signers: revoked },
  };
  return { ...agent, value: { ...agent.value, ...files } as AgentDocument };
}
