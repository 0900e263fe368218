import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { JanusError } from '../domain/errors.js';

export interface LoadSettings {
  /** `--config`. */
  readonly agentFile?: string | undefined;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  /** For what lists and revokes keys: their lack is no error then. */
  readonly keysMayLack?: boolean;
}

/** Which agent.yaml is read: --config, JANUS_CONFIG, JANUS_HOME, ./.janus, .janus of the clone whose ./ubos was called, /etc/janus; the first that is named or exists. */
export function findAgentFile({ agentFile, env, cwd }: LoadSettings): string {
  const { JANUS_CONFIG: config = '', JANUS_HOME: home = '', JANUS_CLONE: clone = '' } = env; // Empty is the same as absent, as for TEMPORAL_*.
  const named = agentFile ?? (config !== '' ? config : home !== '' ? join(home, 'agent.yaml') : undefined);
  const candidates =
    named === undefined
      ? [...new Set([cwd, ...(clone === '' ? [] : [resolve(cwd, clone)])])]
          .map((folder) => join(folder, '.janus', 'agent.yaml'))
          .concat('/etc/janus/agent.yaml')
      : [resolve(cwd, named)];
  const found = candidates.find((file) => existsSync(file));
  if (found === undefined) {
    throw new JanusError('CONFIG_INVALID', `there is no configuration: looked for ${candidates.join(' and ')}`, {
      next: 'npm start (writes one for development), or --config FILE',
    });
  }
  return found;
}
