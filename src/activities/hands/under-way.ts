import type { ExecutionResult, ProbeResult, RollbackResult } from '../../domain/action/result.js';

/** What this process runs now: a second attempt joins the first. */
export interface UnderWay {
  /** By proposal. */
  readonly actions: Map<string, Promise<ExecutionResult>>;
  /** By proposal. */
  readonly probes: Map<string, Promise<ProbeResult>>;
  /** By proposal and index of the step. */
  readonly rollbacks: Map<string, Promise<RollbackResult>>;
}

export const nothingUnderWay = (): UnderWay => ({ actions: new Map(), probes: new Map(), rollbacks: new Map() });

export const rollbackKey = (proposalId: string, index: number) => `${proposalId}/${index}`;

/** Whether anything of a proposal runs: the action itself, its probe, or a step of its rollback. */
export function isUnderWay({ actions, probes, rollbacks }: UnderWay, proposalId: string): boolean {
  return actions.has(proposalId) || probes.has(proposalId) || [...rollbacks.keys()].some((key) => key.startsWith(`${proposalId}/`));
}

/** One attempt at a time: between the look and the entry nothing waits, so whoever comes meanwhile joins. */
export function joinOrStart<T>(underWay: Map<string, Promise<T>>, key: string, work: () => Promise<T>): Promise<T> {
  const own = underWay.get(key);
  if (own !== undefined) return own;
  const started = work().finally(() => underWay.delete(key));
  underWay.set(key, started);
  return started;
}
