import { dirname } from 'node:path';
import type { JanusConfig } from './config.js';
import { isWithin } from '../domain/text/path-within.js';
import type { Problem } from './yaml/problem.js';

export interface GrantDocuments {
  readonly grants: Readonly<Record<string, { readonly path: string; readonly writable: boolean }>>;
  readonly lineOf: (...path: (string | number)[]) => number;
  readonly agentFile: string;
  readonly policyFile: string;
  readonly paths: Pick<JanusConfig['paths'], 'keys' | 'handsKeys' | 'ledger' | 'workspaces'>;
}

/**
 * Grants with which one action could steer another, or Janus itself: beneath a writable one somebody's action could put a link in the way, and
 * whoever holds keys, ledger, workspaces or the rules needs no approval any more.
 */
export function grantProblems({ grants, lineOf, agentFile, policyFile, paths }: GrantDocuments): Problem[] {
  const all = Object.entries(grants);
  const rules = [agentFile, policyFile].map(dirname);
  return all.flatMap(([name, { path, writable }]): Problem[] => {
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
    return allowed === undefined
      ? []
      : [{ file: policyFile, line: lineOf('grants', name), key: `grants.${name}.path`, found: JSON.stringify(path), allowed }];
  });
}
