import { join } from 'node:path';
import type { JanusConfig } from '../../../src/config/config.js';
import { loadConfig } from '../../../src/config/load.js';
import type { JanusError } from '../../../src/domain/errors.js';
import { fill } from '../folders.js';

export const soundAgent = 'vessel_id: janus-test\nsandbox: { policy_path: policy.json }\n';

/** Writes agent.yaml and policy.json into a folder and loads them. */
export function loadFrom(
  folder: string,
  { agent = soundAgent, policy = '{}', ...how }: { agent?: string; policy?: string; keysMayLack?: boolean } = {},
  env: Readonly<Record<string, string>> = {},
): JanusConfig {
  fill(folder, { 'agent.yaml': agent, 'policy.json': policy });
  return loadConfig({ agentFile: join(folder, 'agent.yaml'), env: { JANUS_HOST: 'box', ...env }, cwd: folder, ...how });
}

/** What was thrown; a value instead of an error fails the test. */
export function errorOf(action: () => unknown): JanusError {
  try {
    action();
  } catch (error) {
    return error as JanusError;
  }
  throw new TypeError('nothing was thrown');
}
