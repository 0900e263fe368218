import type { Problem } from '../yaml/problem.js';
import type { CommsHubDocument } from './comms-hub.schema.js';
import { addressObjection, isLoopback, unlisted } from './endpoint.js';

export interface CommsHubConfig {
  readonly enabled: boolean;
  readonly endpoint: string;
  /** On this machine. */
  readonly isLocal: boolean;
}

export const toCommsHub = ({ enabled, endpoint }: CommsHubDocument): CommsHubConfig => ({
  ...{ enabled, endpoint },
  isLocal: isLoopback(new URL(endpoint).hostname),
});

/** An address that can never be reached, or a host that the allowlist does not name (spec F1). Nothing is asked of what is switched off. */
export function commsHubProblems(
  { enabled, endpoint }: CommsHubDocument,
  allowedDomains: readonly string[],
  { file, lineOf }: { readonly file: string; readonly lineOf: (...path: (string | number)[]) => number },
): Problem[] {
  if (!enabled) return [];
  const allowed = addressObjection(endpoint, unlisted(allowedDomains));
  const line = lineOf('integrations', 'comms_hub', 'endpoint');
  return allowed === undefined ? [] : [{ file, line, key: 'integrations.comms_hub.endpoint', found: JSON.stringify(endpoint), allowed }];
}
