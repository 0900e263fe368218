import type { Limits } from './limits.js';

/** One entry of the tool registry in agent.yaml; an action names one of these (spec C4). */
export interface Tool {
  readonly name: string;
  /** Program and its fixed arguments; the action's arguments are appended, each as it is. */
  readonly command: readonly [string, ...string[]];
  readonly allowNetwork: boolean;
  readonly description: string;
  /** The last argument is a script for a shell. Only then may it hold shell metacharacters, and only at raised risk. */
  readonly shell: boolean;
  /** Names of grants in policy.json that its sandbox gets. */
  readonly grants: readonly string[];
  /** Narrows the global allowlist; empty: the whole list. */
  readonly domains: readonly string[];
  readonly limits: Partial<Limits>;
  /** False: what it does cannot be undone, so no preview and no low risk. */
  readonly reversible: boolean;
}
