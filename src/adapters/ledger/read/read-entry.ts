import type { CommandResult, ExecutionResult } from '../../../domain/action/result.js';
import type { ClaimFacts, LedgerEntry } from '../start-ledger.js';
import type { ProcessIdentity } from './process-identity.js';
import { isAlive } from './process-identity.js';
import type { ReadJson } from './read-json.js';
import { readJson } from './read-json.js';

/** A claim as it lies on the disk. */
export interface Claim extends ClaimFacts {
  readonly by: ProcessIdentity;
}

/** Steps kept beside the claim; no proposal has more than 16. */
const stepsMax = 16;

function isClaim(value: unknown): value is Claim {
  const { by, digest, permit } = (value ?? {}) as Partial<Claim>;
  const isNamed = typeof digest === 'string' && typeof permit === 'string';
  return isNamed && typeof by?.pid === 'number' && typeof by.startTicks === 'string' && typeof by.bootId === 'string';
}

/** A result says at least which kind it is; whatever else is in its file was not written by us, and is broken. */
export function readResult<T>(
  file: string,
  kind: 'state' | 'reason' | 'verdict',
): Exclude<ReadJson, { kind: 'value' }> | { kind: 'value'; value: T } {
  const read = readJson(file);
  if (read.kind !== 'value') return read;
  const said: unknown = (read.value as Partial<Record<typeof kind, unknown>> | null)?.[kind];
  return typeof said === 'string' ? { kind: 'value', value: read.value as T } : { kind: 'broken' };
}

/** Which steps were started, and the results of those that ended; a step whose result is missing was in flight. */
function readSteps(at: (name: string) => string): {
  readonly startedSteps: number;
  readonly steps: readonly CommandResult[];
  readonly lostSince?: string;
} {
  const steps: CommandResult[] = [];
  let startedSteps = 0;
  let lostSince: string | undefined;
  for (let step = 0; step < stepsMax; step += 1) {
    const started = readJson(at(`step-${step}.started.json`));
    if (started.kind === 'absent') break;
    startedSteps = step + 1;
    lostSince = started.kind === 'value' ? timeIn(started.value) : undefined;
    const result = readResult<CommandResult>(at(`step-${step}.result.json`), 'reason');
    if (result.kind === 'value') steps.push(result.value);
  }
  return { startedSteps, steps, ...(lostSince !== undefined && { lostSince }) };
}

export function timeIn(value: unknown): string | undefined {
  const { at } = (value ?? {}) as { readonly at?: unknown };
  return typeof at === 'string' && !Number.isNaN(Date.parse(at)) ? at : undefined;
}

/** Whose claim it is. What is broken or half written was claimed by somebody who is gone. */
export function claimState(file: string, self: ProcessIdentity): 'absent' | 'alive' | 'gone' | 'own' {
  const read = readJson(file);
  if (read.kind === 'absent') return 'absent';
  if (read.kind === 'broken' || !isClaim(read.value)) return 'gone';
  if (read.value.by.pid === self.pid && read.value.by.startTicks === self.startTicks && read.value.by.bootId === self.bootId) return 'own';
  return isAlive(read.value.by) ? 'alive' : 'gone';
}

/** Undefined where there is none, or none that can be read. */
export function readClaim(file: string): ClaimFacts | undefined {
  const read = readJson(file);
  return read.kind === 'value' && isClaim(read.value) ? read.value : undefined;
}

/** What is known of one action; `at` gives the path of one of its files. */
export function readEntry(at: (name: string) => string, self: ProcessIdentity): LedgerEntry {
  const claim = claimState(at('claim.json'), self);
  if (claim === 'absent') return { kind: 'unclaimed' };
  const result = readResult<ExecutionResult>(at('result.json'), 'state');
  if (result.kind === 'value') return { kind: 'done', result: result.value };
  const read = readSteps(at);
  // Whether an own claim is still running is known to the process itself, which asks before it reads.
  if (claim === 'alive' && result.kind === 'absent') return { kind: 'running', startedSteps: read.startedSteps };
  return { kind: 'interrupted', ...read };
}
