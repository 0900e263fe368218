import { join } from 'node:path';
import { JanusError } from '../domain/errors.js';
import { policyDigest } from '../domain/policy/amendment.js';
import { sha256 } from '../adapters/files/sha256.js';
import type { JanusConfig } from './config.js';
import type { LoadSettings } from './find-agent-file.js';
import { loadConfig } from './load.js';
import { securityPolicy, signerTexts } from './security-policy.js';

/** What the security policy covers, and with it the rest of the same sections. */
const covered = [
  ...(['operationalMode', 'playbooksRun', 'amendments', 'dryRun', 'tools', 'allowedTools', 'allowedDomains', 'policy', 'sandbox'] as const),
  ...(['harness', 'controls', 'modes', 'thinking', 'llm', 'oracles', 'catalogue', 'approval', 'approvals', 'policyVersion'] as const),
] satisfies readonly (keyof JanusConfig)[];

export const policyOf = (config: JanusConfig): string => policyDigest(sha256, securityPolicy(config, signerTexts(config)));

/**
 * The configuration as it lies there, under the policy of documents that were kept in a folder (spec C7). A signature counts where both those keys
 * and the ones that lie there now let it: who takes a key away has not to wait. Throws CONFIG_INVALID where the documents cannot be read any more.
 */
export function underKept(live: JanusConfig, folder: string, env: LoadSettings['env']): JanusConfig {
  const kept = loadConfig({ env, cwd: '/' }, { folder, live });
  const { allowedSigners, revokedSigners } = live.approvals;
  const parts = Object.fromEntries(covered.map((key) => [key, kept[key]])) as Pick<JanusConfig, (typeof covered)[number]>;
  const config = { ...live, ...parts, approvals: { ...parts.approvals, alsoListed: { allowedSigners, revokedSigners } } };
  if (policyOf(config) === policyOf(kept)) return config;
  throw new JanusError('CONFIG_INVALID', `what ${join(folder, 'agent.yaml')} says cannot be kept to beside ${live.agentFile}`, {
    next: 'ubos policy show',
  });
}
