import { charterLimits } from './limits.js';
import type { Limits } from './limits.js';
import type { ExecutionPlan } from './plan.js';
import type { CommandResult } from './result.js';
import { emptyOutput } from './result.js';

type Optional<T, K extends keyof T> = Omit<T, K> & Partial<Pick<T, K>>;

/**
 * A plan without what everybody knows: empty lists, and quotas that are the charter's. Plans travel through histories twice; this halves them.
 * Digests are always over the whole plan, so nothing is ever left to a default that could change.
 */
export type PackedPlan = Omit<Optional<ExecutionPlan, 'rollback' | 'network' | 'grants' | 'dryRun'>, 'limits'> & {
  readonly limits?: Partial<Limits>;
};

export function packPlan({ limits, rollback, network, grants, dryRun, ...rest }: ExecutionPlan): PackedPlan {
  const narrower = Object.fromEntries(Object.entries(limits).filter(([name, value]) => charterLimits[name as keyof Limits] !== value));
  return {
    ...rest,
    ...(Object.keys(narrower).length > 0 && { limits: narrower }),
    ...(rollback.length > 0 && { rollback }),
    ...(network.length > 0 && { network }),
    ...(grants.length > 0 && { grants }),
    ...(dryRun && { dryRun }),
  };
}

export function unpackPlan({ limits, rollback = [], network = [], grants = [], dryRun = false, ...rest }: PackedPlan): ExecutionPlan {
  return { ...rest, limits: { ...charterLimits, ...limits }, rollback, network, grants, dryRun };
}

const nothing = {
  signal: null,
  stdout: emptyOutput,
  stderr: emptyOutput,
  connections: 0,
  bytesWritten: 0,
  cpuSeconds: 0,
  peakMemoryMb: 0,
  files: [],
} as const;

/** The facts about a command without those that say nothing. */
export type PackedResult = Optional<CommandResult, keyof typeof nothing>;

export function packResult(result: CommandResult): PackedResult {
  const isNothing = (name: string, value: unknown) =>
    Object.hasOwn(nothing, name) && JSON.stringify(nothing[name as keyof typeof nothing]) === JSON.stringify(value);
  return Object.fromEntries(Object.entries(result).filter(([name, value]) => !isNothing(name, value))) as unknown as PackedResult;
}

export function unpackResult(packed: PackedResult): CommandResult {
  return { ...nothing, ...packed };
}
