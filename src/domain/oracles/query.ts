import type { Lookup, OracleName } from './oracle.js';

export const queryLengthMax = 200;

/** A name of Data Commons, such as `Count_Person`, `country/USA` or `geoId/06`. */
const dcid = String.raw`[A-Za-z0-9_][A-Za-z0-9_/.%-]{0,127}`;
const observation = new RegExp(`^(${dcid}) (${dcid})(?: (all|\\d{4}(?:-\\d\\d){0,2}))?$`);
const property = new RegExp(`^(${dcid}) ->([A-Za-z][A-Za-z0-9_]{0,63})$`);

/** What is asked of Data Commons: a variable of an entity, latest, at a date or at all dates; or a property of a node. */
export type DataQuery =
  | { readonly kind: 'observation'; readonly variable: string; readonly entity: string; readonly date: string }
  | { readonly kind: 'node'; readonly node: string; readonly property: string };

export function parseDataQuery(query: string): DataQuery | undefined {
  const [, node, name] = property.exec(query) ?? [];
  if (node !== undefined && name !== undefined) return { kind: 'node', node, property: name };
  const [, variable, entity, date = 'LATEST'] = observation.exec(query) ?? [];
  if (variable === undefined || entity === undefined) return undefined;
  // The empty date is all of them.
  return { kind: 'observation', variable, entity, date: date === 'all' ? '' : date };
}

/** What keys and passwords look like. A question leaves the machine, so nothing of that kind may be in it. */
const secrets: readonly RegExp[] = [
  /-----BEGIN/,
  /\b(?:AKIA|ASIA)[0-9A-Z]{12}/,
  /\b(?:sk|gsk|ghp|gho|ghs|xox[abp]|glpat|hf|AIza)[-_A-Za-z0-9]{16}/,
  /(?=[A-Za-z0-9+/=]{32})(?=[A-Za-z+/=]*\d)(?=[0-9+/=]*[A-Za-z])[A-Za-z0-9+/=]{32}/,
];

const dataForm =
  '"VARIABLE ENTITY", "VARIABLE ENTITY 2020", "VARIABLE ENTITY all" or "NODE ->PROPERTY", such as "Count_Person country/USA"';

const forms: Readonly<Record<OracleName, (query: string) => string | undefined>> = {
  groq: () => undefined,
  wolfram: () => undefined,
  datacommons: (query) => (parseDataQuery(query) === undefined ? `expected ${dataForm}` : undefined),
};

/** Why this cannot be asked; undefined where it can. A question is one short line of visible ASCII: it is the one thing that goes out. */
export function queryProblem({ oracle, query }: Lookup): string | undefined {
  if (query.trim() === '') return 'expected a question';
  if (query.length > queryLengthMax) return `${query.length} characters: at most ${queryLengthMax}`;
  if (!/^[\x20-\x7e]+$/.test(query)) return 'expected one line of visible ASCII characters';
  if (secrets.some((pattern) => pattern.test(query))) return 'it holds what looks like a key: a question leaves this machine';
  return forms[oracle](query);
}
