import type { ApprovalTerms } from '../approval/terms.js';
import { openTerms } from '../approval/terms.js';
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
export type PackedPlan = Omit<Optional<ExecutionPlan, 'rollback' | 'network' | 'grants' | 'dryRun'>, 'limits' | 'approval'> & {
  readonly limits?: Partial<Limits>;
  readonly approval: PackedTerms;
};

/** Without what they have in common with open terms. */
export type PackedTerms = Optional<ApprovalTerms, 'requirement' | 'groups' | 'signature' | 'excluded'>;

const isSame = (one: unknown, other: unknown) => JSON.stringify(one) === JSON.stringify(other);

function packTerms(terms: ApprovalTerms): PackedTerms {
  const open = openTerms(terms.actionType);
  const isSaid = ([name, value]: readonly [string, unknown]) => name === 'actionType' || !isSame(value, open[name as keyof ApprovalTerms]);
  return Object.fromEntries(Object.entries(terms).filter(isSaid)) as unknown as PackedTerms;
}

export function unpackTerms(packed: PackedTerms): ApprovalTerms {
  return { ...openTerms(packed.actionType), ...packed };
}

export function packPlan({ limits, rollback, network, grants, dryRun, approval, ...rest }: ExecutionPlan): PackedPlan {
  const narrower = Object.fromEntries(Object.entries(limits).filter(([name, value]) => charterLimits[name as keyof Limits] !== value));
  return {
    ...rest,
    approval: packTerms(approval),
    ...(Object.keys(narrower).length > 0 && { limits: narrower }),
    ...(rollback.length > 0 && { rollback }),
    ...(network.length > 0 && { network }),
    ...(grants.length > 0 && { grants }),
    ...(dryRun && { dryRun }),
  };
}

export function unpackPlan({
  limits,
  approval,
  rollback = [],
  network = [],
  grants = [],
  dryRun = false,
  ...rest
}: PackedPlan): ExecutionPlan {
  return { ...rest, limits: { ...charterLimits, ...limits }, approval: unpackTerms(approval), rollback, network, grants, dryRun };
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
  const isNothing = (name: string, value: unknown) => Object.hasOwn(nothing, name) && isSame(nothing[name as keyof typeof nothing], value);
  return Object.fromEntries(Object.entries(result).filter(([name, value]) => !isNothing(name, value))) as unknown as PackedResult;
}

export function unpackResult(packed: PackedResult): CommandResult {
  return { ...nothing, ...packed };
}
