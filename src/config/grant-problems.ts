import { dirname } from 'node:path';
import type { JanusConfig } from './config.js';
import { isWithin } from '../domain/text/path-within.js';
import type { Problem } from './yaml/problem.js';

type LineOf = (...path: (string | number)[]) => number;

/** Stands for `logging.intel_cache`, to be read: a tool asks for it in its `grants`, and policy.json need not name it. */
export const intelCacheGrant = 'intel_cache';

interface NamedGrants {
  readonly [name: string]: { readonly path: string; readonly writable: boolean };
}

export interface GrantDocuments {
  /** Of policy.json. */
  readonly grants: NamedGrants;
  readonly lineOf: LineOf;
  readonly agentFile: string;
  /** Of agent.yaml. */
  readonly agentLineOf: LineOf;
  readonly policyFile: string;
  /** Where what oracles answered lies, if a tool asks for it. */
  readonly intelCache: string | undefined;
  readonly paths: Pick<JanusConfig['paths'], 'keys' | 'handsKeys' | 'ledger' | 'workspaces'>;
}

/**
 * Grants with which one action could steer another, or Janus itself: beneath a writable one somebody's action could put a link in the way, and
 * whoever holds keys, ledger, workspaces or the rules needs no approval any more.
 */
export function grantProblems(documents: GrantDocuments): Problem[] {
  const { grants, lineOf, agentFile, agentLineOf, policyFile, intelCache, paths } = documents;
  const own: NamedGrants = intelCache === undefined ? {} : { [intelCacheGrant]: { path: intelCache, writable: false } };
  const all = Object.entries({ ...grants, ...own });
  const placeOf = (name: string) =>
    name in own
      ? { file: agentFile, line: agentLineOf('logging', 'intel_cache'), key: 'logging.intel_cache' }
      : { file: policyFile, line: lineOf('grants', name), key: `grants.${name}.path` };
  const taken = { file: policyFile, line: lineOf('grants', intelCacheGrant), key: 'grants', found: intelCacheGrant };
  const twice = intelCacheGrant in grants ? [{ ...taken, allowed: `another name: ${intelCacheGrant} stands for logging.intel_cache` }] : [];
  const rules = [agentFile, policyFile].map(dirname);
  const unsafe = all.flatMap(([name, { path, writable }]): Problem[] => {
    const above = all.find(([, other]) => other.writable && other.path !== path && isWithin(path, other.path));
    const closed = [paths.keys, paths.handsKeys, paths.ledger].find((each) => isWithin(path, each) || isWithin(each, path));
    const others = [paths.workspaces, ...rules].find((each) => writable && isWithin(each, path));
    const inside = isWithin(path, paths.workspaces) ? paths.workspaces : undefined;
    const allowed =
      above !== undefined
        ? `not beneath the writable grant ${above[0]}: an action could put a link in its place`
        : (closed ?? inside ?? others) !== undefined
          ? `a folder that has nothing to do with ${closed ?? inside ?? others}: Janus itself relies on that`
          : undefined;
    return allowed === undefined ? [] : [{ ...placeOf(name), found: JSON.stringify(path), allowed }];
  });
  return [...twice, ...unsafe];
}
