import { parseCompletion } from '../model/completion.schema.js';
import { shorten } from '../text/visible.js';
import { numberIn } from './number.js';
import type { Lookup, OracleFailureCode, OracleName, OracleResult } from './oracle.js';
import { resultTextMax } from './oracle.js';
import { parseDataQuery } from './query.js';
import { parseNodes, parseObservations } from './datacommons.schema.js';
import { parseWolfram } from './wolfram.schema.js';

/** One HTTP request, but for the host: GET where it has no body. */
export interface OracleRequest {
  /** Behind the endpoint's own path. */
  readonly path: string;
  readonly search?: Readonly<Record<string, string>>;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

export interface Refusal {
  readonly code: OracleFailureCode;
  readonly why: string;
}

interface Asked {
  readonly query: string;
  readonly key: string;
  /** Of those that are models. */
  readonly model: string;
}

/** How an oracle is asked, and what its answer means. Both follow its documentation; `read` takes any JSON. */
export interface OracleFormat {
  readonly request: (asked: Asked) => OracleRequest;
  readonly read: (value: unknown, query: string) => OracleResult | Refusal;
}

const wrongShape = (what: string): Refusal => ({ code: 'wrong_shape', why: `the response holds no ${what}` });
const noAnswer = (why: string): Refusal => ({ code: 'no_answer', why });
const text = (words: string): OracleResult => ({ kind: 'text', text: shorten(words.trim(), resultTextMax) });

const answerTokensMax = 500;
const instructions = 'Answer the question in at most three plain sentences. Say "I do not know" where you do not.';

/** OpenAI-compatible chat. */
const groq: OracleFormat = {
  request: ({ query, key, model }) => ({
    path: '/chat/completions',
    headers: { authorization: `Bearer ${key}` },
    body: JSON.stringify({
      model,
      messages: [
        { role: 'system', content: instructions },
        { role: 'user', content: query },
      ],
      temperature: 0,
      max_tokens: answerTokensMax,
      stream: false,
    }),
  }),
  read(value) {
    const completion = parseCompletion(value);
    if (completion === undefined) return wrongShape('completion with a text');
    return completion.text.trim() === '' ? noAnswer('it said nothing') : text(completion.text);
  },
};

/** Error codes of a key that is not known, or not there. */
const keyErrors = new Set(['1', '2']);

/** Full results, v2, as JSON with plain text. The key is part of the address there. */
const wolfram: OracleFormat = {
  request: ({ query, key }) => ({
    path: '/query',
    search: { appid: key, input: query, output: 'json', format: 'plaintext', units: 'metric' },
    headers: {},
  }),
  read(value) {
    const said = parseWolfram(value);
    if (said === undefined) return wrongShape('query result');
    if (said.error !== undefined)
      return { code: keyErrors.has(said.error.code) ? 'not_permitted' : 'server_error', why: said.error.message };
    if (said.result === undefined) return noAnswer('it understood nothing, or knows nothing of it');
    const words = shorten(said.result, resultTextMax);
    const number = numberIn(words);
    return number === undefined ? text(words) : { kind: 'number', text: words, ...number };
  },
};

const pointsMax = 100;

function readObservation(value: unknown, variable: string, entity: string): OracleResult | Refusal {
  const found = parseObservations(value, variable, entity);
  if (found === undefined) return wrongShape('observations');
  const points = found.points.slice(-pointsMax);
  const last = points.at(-1);
  if (last === undefined) return noAnswer(`it has no ${variable} of ${entity}`);
  const unit = found.unit === undefined ? {} : { unit: found.unit };
  const of = found.source === undefined ? '' : `, ${found.source}`;
  const words = shorten(`${variable} of ${entity}: ${last.value} (${last.date}${of})`, resultTextMax);
  return points.length === 1
    ? { kind: 'number', text: words, value: last.value, ...unit }
    : { kind: 'series', text: `${words}; ${points.length} values since ${points[0]?.date ?? ''}`, points, ...unit };
}

/** REST v2: observations of a variable, properties of a node. */
const datacommons: OracleFormat = {
  request({ query, key }) {
    const asked = parseDataQuery(query);
    if (asked === undefined) throw new TypeError('a query that was never looked at');
    const headers = { 'x-api-key': key };
    if (asked.kind === 'node')
      return { path: '/v2/node', headers, body: JSON.stringify({ nodes: [asked.node], property: `->${asked.property}` }) };
    const { variable, entity, date } = asked;
    const select = ['date', 'entity', 'variable', 'value', 'facet'];
    return {
      path: '/v2/observation',
      headers,
      body: JSON.stringify({ date, variable: { dcids: [variable] }, entity: { dcids: [entity] }, select }),
    };
  },
  read(value, query) {
    const asked = parseDataQuery(query);
    if (asked === undefined) return { code: 'bad_query', why: 'not a query of this oracle' };
    if (asked.kind === 'observation') return readObservation(value, asked.variable, asked.entity);
    const values = parseNodes(value, asked.node, asked.property);
    if (values === undefined) return wrongShape('nodes');
    return values.length === 0 ? noAnswer(`${asked.node} has no ${asked.property}`) : text(values.join('; '));
  },
};

export const oracleFormats: Readonly<Record<OracleName, OracleFormat>> = { groq, wolfram, datacommons };

/** What the status of a response says by itself; undefined where its body counts. */
export function statusRefusal(status: number): Refusal | undefined {
  if (status === 200) return undefined;
  if (status === 401 || status === 403) return { code: 'not_permitted', why: `it does not take this key (${status})` };
  if (status === 429) return { code: 'too_many_requests', why: 'too many requests' };
  if (status >= 500) return { code: 'server_error', why: `it answered with status ${status}` };
  return { code: 'http_error', why: `it answered with status ${status}` };
}

/** What a question and its answer are kept under. */
export const lookupText = ({ oracle, query }: Lookup): string => `janus.lookup.v1\0${oracle}\0${query}`;
