import type { z } from 'zod';
import type { Problem } from '../yaml/problem.js';
import type { cockpitSyncSchema } from './cockpit-sync.schema.js';
import type { Surroundings } from './endpoint.js';
import { keyFileOf } from './endpoint.js';

type Document = z.output<typeof cockpitSyncSchema>;

/** Where a copy of the trail goes, over ssh. */
export interface CockpitConfig {
  readonly enabled: boolean;
  readonly user: string;
  readonly host: string;
  readonly port: number;
  /** Without it nothing is sent. As `agent.yaml` names it; systemd hands over a copy. */
  readonly keyFile: string;
  readonly givenKeyFile: string;
  readonly knownHosts: string;
}

/** None of its parts can be taken for an option of a program. */
const address =
  /^ssh:\/\/(?<user>[A-Za-z_][\w.-]{0,31})@(?<host>[A-Za-z0-9][A-Za-z0-9.-]{0,252}|\[[0-9A-Fa-f:]{2,39}\])(?::(?<port>[1-9]\d{0,4}))?\/?$/;

const partsOf = (endpoint: string) => address.exec(endpoint)?.groups;

export function toCockpit({ enabled, endpoint, key_file: key, known_hosts: known }: Document, surroundings: Surroundings): CockpitConfig {
  const { user = '', host = '', port = '22' } = partsOf(endpoint) ?? {};
  const { at, credentials } = surroundings;
  const keyFile = at(key);
  const given = credentials === undefined ? keyFile : (keyFileOf({ credential: 'cockpit.key' }, surroundings) ?? keyFile);
  return { ...{ enabled, user, host, port: Number(port) }, ...{ keyFile, givenKeyFile: given, knownHosts: at(known) } };
}

/** An address to which nothing could ever be sent. Nothing is asked of what is switched off. */
export function cockpitProblems(
  { enabled, endpoint }: Document,
  { file, lineOf }: { readonly file: string; readonly lineOf: (...path: (string | number)[]) => number },
): Problem[] {
  if (!enabled || partsOf(endpoint) !== undefined) return [];
  const line = lineOf('integrations', 'cockpit_sync', 'endpoint');
  const allowed = 'ssh://USER@HOST or ssh://USER@HOST:PORT';
  return [{ file, line, key: 'integrations.cockpit_sync.endpoint', found: JSON.stringify(endpoint), allowed }];
}
