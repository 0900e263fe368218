import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { loadClientConnectConfig } from '@temporalio/envconfig';
import { JanusError } from '../domain/errors.js';

export type TemporalConnection = ReturnType<typeof loadClientConnectConfig> & {
  readonly address: string;
  readonly namespace: string;
  /** Where it came from, for `ubos doctor`. */
  readonly source: string;
};

/**
 * Temporal's own environment configuration (spec F2), so that `temporal`, `ubos` and the worker talk to the same server. Where the environment
 * says nothing, the file that `npm start` wrote beside the state is used.
 */
export function loadTemporalConnection(env: Readonly<Record<string, string | undefined>>, stateFolder: string): TemporalConnection {
  const own = join(stateFolder, 'temporal.toml');
  const says = ['TEMPORAL_ADDRESS', 'TEMPORAL_CONFIG_FILE', 'TEMPORAL_PROFILE'].some((name) => (env[name] ?? '') !== '');
  const useOwn = !says && existsSync(own);
  try {
    // An empty variable says nothing, here as above.
    const overrideEnvVars = Object.fromEntries(Object.entries(env).filter((entry): entry is [string, string] => (entry[1] ?? '') !== ''));
    const config = loadClientConnectConfig({ overrideEnvVars, ...(useOwn && { configSource: { path: own } }) });
    const { address = '127.0.0.1:7233' } = config.connectionOptions;
    const source = useOwn ? own : says ? 'environment' : 'default';
    return {
      ...config,
      connectionOptions: { ...config.connectionOptions, address },
      address,
      namespace: config.namespace ?? 'default',
      source,
    };
  } catch (error) {
    throw new JanusError(
      'CONFIG_INVALID',
      `the Temporal connection cannot be read: ${error instanceof Error ? error.message : String(error)}`,
      {
        cause: error,
        next: 'look at TEMPORAL_* and at the profile: temporal config list',
      },
    );
  }
}
