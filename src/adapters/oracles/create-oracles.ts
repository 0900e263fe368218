import type { OracleFailureCode, OracleName, Lookup, OracleAnswer } from '../../domain/oracles/oracle.js';
import type { Refusal } from '../../domain/oracles/format.js';
import { oracleFormats, statusRefusal } from '../../domain/oracles/format.js';
import { queryProblem } from '../../domain/oracles/query.js';
import { shorten, visible } from '../../domain/text/visible.js';
import { readKey } from '../outbound/key-file.js';
import type { Sending, Sent } from '../outbound/send.js';
import { isResponse, jsonOf, retryAfterSeconds, send } from '../outbound/send.js';
import type { IntelCache } from './intel-cache.js';
import type { Oracles } from './oracles.js';

/** Where an oracle is reached, and with which key. */
export interface OracleEndpoint {
  /** Without a slash at its end. */
  readonly baseUrl: string;
  readonly isLocal: boolean;
  /** Absent: it has none, and is not asked. */
  readonly keyFile?: string;
}

export interface OracleSettings extends Omit<Sending, 'isLocal'> {
  readonly endpoints: Readonly<Record<OracleName, OracleEndpoint>>;
  /** That Groq is asked for. */
  readonly groqModel: string;
  readonly timeoutMilliseconds: number;
  readonly responseBytesMax: number;
  readonly cache: IntelCache;
  readonly now: () => Date;
}

function failed(lookup: Lookup, { code, why }: { readonly code: OracleFailureCode; readonly why: string }, sent?: Sent): OracleAnswer {
  const seconds =
    sent !== undefined && isResponse(sent) && code === 'too_many_requests' ? retryAfterSeconds(sent.retryAfter, Date.now()) : undefined;
  return {
    ...{ kind: 'failed', ...lookup, code, why: shorten(visible(why), 300) },
    ...(seconds !== undefined && { retryAfterSeconds: seconds }),
    ...(sent?.connections && { connections: sent.connections }),
  };
}

/** The result in a response, or what is wrong with it. */
function readResponse(sent: Sent, { oracle, query }: Lookup) {
  if (!isResponse(sent)) return sent;
  const refusal = statusRefusal(sent.status);
  if (refusal !== undefined) return refusal;
  const value = jsonOf(sent.body);
  return value === undefined
    ? ({ code: 'not_json', why: 'the response is no JSON' } satisfies Refusal)
    : oracleFormats[oracle].read(value, query);
}

/** The key of an oracle, or why nobody asks it: without one it is `unavailable`, and never made up (spec T8). */
async function keyOf({ endpoints }: OracleSettings, { oracle, query }: Lookup): Promise<{ readonly key: string } | Refusal> {
  const { keyFile } = endpoints[oracle];
  const key = keyFile === undefined ? { why: `no key: name one at integrations.oracle_trinity.keys.${oracle}` } : await readKey(keyFile);
  if ('why' in key) return { code: 'unavailable', why: key.why };
  return query.includes(key.key) ? { code: 'bad_query', why: 'it holds the key itself' } : key;
}

/** Read-only lookups (spec T8). Each is one request, at most `timeoutMilliseconds` long; what beyond this machine answers is reached through janus-egress. */
export function createOracles(settings: OracleSettings): Oracles {
  const { cache, now } = settings;
  return {
    async cached(lookup) {
      const kept = await cache.find(lookup);
      return kept && { kind: 'answered', ...lookup, result: kept.result, at: kept.at, isCached: true, milliseconds: 0 };
    },
    async ask(lookup, cancelled) {
      const started = performance.now();
      const problem = queryProblem(lookup);
      if (problem !== undefined) return failed(lookup, { code: 'bad_query', why: problem });
      const key = await keyOf(settings, lookup);
      if ('code' in key) return failed(lookup, key);
      const { baseUrl, isLocal } = settings.endpoints[lookup.oracle];
      const {
        path,
        search = {},
        headers,
        body,
      } = oracleFormats[lookup.oracle].request({ ...lookup, key: key.key, model: settings.groqModel });
      const url = new URL(`${baseUrl}${path}`);
      for (const [name, value] of Object.entries(search)) url.searchParams.set(name, value);
      const bounds = { bytesMax: settings.responseBytesMax, milliseconds: settings.timeoutMilliseconds, signal: cancelled };
      const asked = { url, headers, ...(body !== undefined && { body }), ...bounds };
      const sent = await send(asked, { ...settings, isLocal });
      const result = readResponse(sent, lookup);
      if ('code' in result) return failed(lookup, result, sent);
      const at = now().toISOString();
      await cache.keep({ ...lookup, at, result }).catch(() => undefined); // An answer that cannot be kept is asked for again.
      const milliseconds = Math.round(performance.now() - started);
      return {
        kind: 'answered',
        ...lookup,
        result,
        at,
        isCached: false,
        milliseconds,
        ...(sent.connections && { connections: sent.connections }),
      };
    },
  };
}
