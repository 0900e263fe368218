import type { OracleName } from '../../domain/oracles/oracle.js';
import { oracleNames } from '../../domain/oracles/oracle.js';
import type { Problem } from '../yaml/problem.js';
import type { Surroundings } from './endpoint.js';
import { addressObjection, isLoopback, keyFileOf, unlisted } from './endpoint.js';
import type { OracleTrinityDocument } from './oracles.schema.js';

/** What agent.yaml says of oracles. */
export interface OraclesConfig {
  readonly enabled: boolean;
  readonly endpoints: Readonly<Record<OracleName, { readonly baseUrl: string; readonly isLocal: boolean; readonly keyFile?: string }>>;
  readonly groqModel: string;
  readonly dailyMax: Readonly<Record<OracleName, number>>;
  readonly perCycleMax: number;
  readonly cacheMilliseconds: number;
  readonly timeoutMilliseconds: number;
  readonly responseBytesMax: number;
}

const addressKey = (oracle: OracleName) => `${oracle}_endpoint` as const;

export function toOracles(document: OracleTrinityDocument, surroundings: Surroundings): OraclesConfig {
  const endpoint = (oracle: OracleName): OraclesConfig['endpoints'][OracleName] => {
    const baseUrl = document[addressKey(oracle)].replace(/\/+$/, '');
    const keyFile = keyFileOf(document.keys[oracle] ?? {}, surroundings);
    return { baseUrl, isLocal: isLoopback(new URL(baseUrl).hostname), ...(keyFile !== undefined && { keyFile }) };
  };
  return {
    enabled: document.enabled,
    endpoints: { groq: endpoint('groq'), wolfram: endpoint('wolfram'), datacommons: endpoint('datacommons') },
    groqModel: document.groq_model,
    dailyMax: document.daily_lookups,
    perCycleMax: document.lookups_per_cycle,
    cacheMilliseconds: document.cache_hours * 3_600_000,
    timeoutMilliseconds: document.timeout_seconds * 1_000,
    responseBytesMax: document.max_response_bytes,
  };
}

/** Addresses that can never be asked, and hosts that the allowlist does not name (spec T8, F1). Nothing is asked of what is switched off. */
export function oracleProblems(
  document: OracleTrinityDocument,
  allowedDomains: readonly string[],
  { file, lineOf }: { readonly file: string; readonly lineOf: (...path: (string | number)[]) => number },
): Problem[] {
  if (!document.enabled) return [];
  return oracleNames.flatMap((oracle) => {
    const address = document[addressKey(oracle)];
    const objection = addressObjection(address, unlisted(allowedDomains));
    const key = `integrations.oracle_trinity.${addressKey(oracle)}`;
    return objection === undefined
      ? []
      : [
          {
            file,
            line: lineOf('integrations', 'oracle_trinity', addressKey(oracle)),
            key,
            found: JSON.stringify(address),
            allowed: objection,
          },
        ];
  });
}
