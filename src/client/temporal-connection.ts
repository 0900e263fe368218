import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { loadClientConnectConfig } from '@temporalio/envconfig';
import { JanusError } from '../domain/errors.js';
import { errnoWords } from '../domain/text/errno-words.js';

export type TemporalConnection = ReturnType<typeof loadClientConnectConfig> & {
  readonly address: string;
  readonly namespace: string;
  /** Where it came from, for `ubos doctor`. */
  readonly source: string;
};

/** Why it cannot be read, in our words as far as they are known. */
function wordsOf(error: unknown): string {
  const said = errnoWords(error);
  const line = /^(\d+):/m.exec(said)?.[1];
  if (said.includes('TOML')) return line === undefined ? 'its file is no TOML' : `its file is no TOML: look at line ${line}`;
  const profile = /^Profile '(.*)' not found/.exec(said)?.[1];
  return profile === undefined ? said : `there is no profile ${profile}`;
}

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
    throw new JanusError('CONFIG_INVALID', `the Temporal connection cannot be read: ${wordsOf(error)}`, {
      cause: error,
      next: 'look at TEMPORAL_* and at the profile: temporal config list',
    });
  }
}
