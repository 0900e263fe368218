import { join } from 'node:path';
import type { Logger } from 'pino';
import type { DocumentFiles } from '../../adapters/policies/kept-documents.js';
import { areKept, documentsFolder, keepDocuments } from '../../adapters/policies/kept-documents.js';
import type { JanusConfig } from '../../config/config.js';
import { securityPolicy, signerTexts } from '../../config/security-policy.js';
import { policyOf, underKept } from '../../config/under-policy.js';
import { JanusError } from '../../domain/errors.js';
import type { PolicyDifference, PolicyRule } from '../../domain/policy/rule.js';
import { comparePolicies } from '../../domain/policy/rule.js';

export const rulesOf = (config: JanusConfig): readonly PolicyRule[] => securityPolicy(config, signerTexts(config));

/** Under which configuration a process works, and why. */
export interface Settled {
  readonly config: JanusConfig;
  /** Of the documents that it keeps to; undefined where the files count as they are. */
  readonly documents: string | undefined;
  /** What the adopted policy says, by those documents. */
  readonly before?: readonly PolicyRule[];
  /** What the files say instead, and what of it is looser: it does not count. */
  readonly held?: { readonly policy: string; readonly differences: readonly PolicyDifference[] };
}

const filesOf = ({ agentFile, paths }: JanusConfig): DocumentFiles => ({
  agent: agentFile,
  policy: paths.policy,
  allowedSigners: paths.allowedSigners,
  revokedSigners: paths.revokedSigners,
});

/** Keeps what the files say, and gives it back as it is kept from now on. Throws CONFIG_INVALID where they change at this moment. */
export async function keepFiles(
  live: JanusConfig,
  folder: string,
  env: NodeJS.ProcessEnv,
): Promise<Settled & { readonly documents: string }> {
  const documents = await keepDocuments(folder, filesOf(live));
  const config = documents === undefined ? undefined : underKept(live, documentsFolder(folder, documents), env);
  if (documents !== undefined && config !== undefined && policyOf(config) === policyOf(live)) return { config, documents };
  throw new JanusError('CONFIG_INVALID', `${live.agentFile} changed while it was read`, { next: 'the same once more' });
}

/**
 * What becomes of the files beside the adopted documents that a folder keeps (spec C7): what is looser waits, the whole of it; anything else counts at once. Throws
 * CONFIG_INVALID where the documents are gone, or not what was adopted: then nobody knows what to keep to.
 */
export async function settle(live: JanusConfig, adopted: string | undefined, folder: string, env: NodeJS.ProcessEnv): Promise<Settled> {
  if (adopted === undefined) return live.amendments === 'required' ? keepFiles(live, folder, env) : { config: live, documents: undefined };
  if (!(await areKept(folder, adopted)))
    throw new JanusError(
      'CONFIG_INVALID',
      `${join(folder, adopted)} is not the policy that was adopted: it is gone, or somebody has changed it`,
      {
        next: 'put back what was there; which one it was says ubos audit tail --log mission_log',
      },
    );
  const config = underKept(live, documentsFolder(folder, adopted), env);
  const before = rulesOf(config);
  const differences = comparePolicies(before, rulesOf(live));
  if (differences.some(({ effect }) => effect === 'looser'))
    return { config, documents: adopted, before, held: { policy: policyOf(live), differences } };
  return live.amendments === 'required'
    ? { ...(await keepFiles(live, folder, env)), before }
    : { config: live, documents: undefined, before };
}

/** Says in the log, where the files say something looser, that this process does not go by them. */
export function warnOfHeld(logger: Pick<Logger, 'warn'>, { agentFile }: JanusConfig, { held }: Settled): void {
  if (held === undefined) return;
  const { policy, differences } = held;
  const looser = differences.filter(({ effect }) => effect === 'looser').map(({ key }) => key);
  const first = `${looser.slice(0, 4).join(', ')}${looser.length > 4 ? ', ...' : ''}`;
  const words = `${agentFile} says a policy that is looser in ${first}: it does not count until it is adopted (ubos policy show)`;
  logger.warn({ event_type: 'policy_held', policy }, words);
}
