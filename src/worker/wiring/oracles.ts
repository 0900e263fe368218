import { join } from 'node:path';
import type { LookUpDependencies } from '../../activities/mind/look-up.js';
import type { LookupLimits } from '../../activities/brain/dependencies.js';
import { ownWayOut } from '../../adapters/egress/own-way-out.js';
import { createIntelCache } from '../../adapters/oracles/intel-cache.js';
import { createOracles } from '../../adapters/oracles/create-oracles.js';
import type { Oracles } from '../../adapters/oracles/oracles.js';
import { createKeptAnswers } from '../../adapters/tickets/kept-answers.js';
import type { JanusConfig } from '../../config/config.js';
import type { OracleAnswer, OracleAnswered } from '../../domain/oracles/oracle.js';
import type { Wanted } from '../../domain/oracles/wanted.js';

type OracleConfig = Pick<JanusConfig, 'oracles' | 'paths'>;

/** The oracles that agent.yaml names; undefined where they are switched off (spec T8). */
export function wireOracles({ oracles, paths }: OracleConfig, now: () => Date): Oracles | undefined {
  if (!oracles.enabled) return undefined;
  return createOracles({
    ...oracles,
    cache: createIntelCache({ folder: paths.intelCache, keptMilliseconds: oracles.cacheMilliseconds, now }),
    wayOut: ownWayOut(paths.egressControl, { name: 'oracle', responseBytesMax: oracles.responseBytesMax }),
    now,
  });
}

/** What the mind needs to ask them. */
export const wireLookingUp = (
  oracles: Oracles | undefined,
  { paths }: OracleConfig,
  now: () => Date,
): Pick<LookUpDependencies, 'oracles'> =>
  oracles === undefined
    ? {}
    : {
        oracles: {
          ask: (lookup, signal) => oracles.ask(lookup, signal),
          kept: createKeptAnswers<OracleAnswer>(join(paths.state, 'mind'), now),
        },
      };

/** How often the brain lets it. */
export const wireLookupLimits = (
  { oracles: { enabled, dailyMax, perCycleMax, timeoutMilliseconds } }: OracleConfig,
  calls: LookupLimits['calls'],
): { readonly lookups?: LookupLimits } =>
  enabled ? { lookups: { dailyMax, perCycleMax, seconds: Math.ceil(timeoutMilliseconds / 1_000), calls } } : {};

/** What is in the cache already, and what has to be asked. */
export async function alreadyAnswered(oracles: Oracles | undefined, wanted: readonly Wanted[]) {
  const answers: OracleAnswered[] = [];
  const lookups: Wanted[] = [];
  for (const lookup of oracles === undefined ? [] : wanted) {
    const { oracle, query } = lookup;
    const answer = await oracles?.cached({ oracle, query });
    if (answer === undefined) lookups.push(lookup);
    else answers.push(answer);
  }
  return { answers, lookups };
}
