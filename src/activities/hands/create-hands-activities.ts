import { ApplicationFailure } from '@temporalio/activity';
import type { Stage } from '../../adapters/sandbox/contract/previewer.js';
import type { LedgerEntry } from '../../adapters/ledger/start-ledger.js';
import type { HandsActivities, ProbeResult, StartRequest } from '../../contract/hands.js';
import { JanusError } from '../../domain/errors.js';
import { unmetExpectations } from '../../domain/action/expectation.js';
import type { PackedResult } from '../../domain/action/packing.js';
import { packResult } from '../../domain/action/packing.js';
import type { Permit } from '../../domain/action/permit.js';
import type { ExecutionPlan } from '../../domain/action/plan.js';
import type { CommandResult, ExecutionResult } from '../../domain/action/result.js';
import { unmeasured } from '../../domain/action/result.js';
import { assertApproved } from '../shared/approvals.js';
import type { HandsDependencies } from './dependencies.js';
import { enterWithin } from './gate.js';
import type { Stop } from '../shared/heartbeat.js';
import { withHeartbeat } from '../shared/heartbeat.js';
import { runBound } from './staging.js';
import { forHistory } from './trimming.js';
import { requestIn, sandboxRequest, verifyStart } from './start-request.js';

const notStarted = (host: string, code: string, why: string): ExecutionResult => ({ state: 'not_started', host, code, why });

/** Another process of this host runs it: asked again later, it has a result or is gone. */
function stillRunning(): never {
  throw ApplicationFailure.create({ type: 'STILL_RUNNING', message: 'another process runs this action', nextRetryDelay: '5 seconds' });
}

/** What is known already, or undefined where nothing was ever started. */
async function known(deps: HandsDependencies, proposalId: string): Promise<ExecutionResult | undefined> {
  return deps.running.get(proposalId) ?? recorded(deps, proposalId);
}

/** What the ledger knows. */
async function recorded(deps: HandsDependencies, proposalId: string): Promise<ExecutionResult | undefined> {
  const entry = await deps.ledger.read(proposalId);
  switch (entry.kind) {
    case 'unclaimed':
      return undefined;
    case 'running':
      return stillRunning();
    case 'done':
      return entry.result;
    case 'interrupted':
      return { state: 'interrupted', host: deps.host, steps: withLost(entry), startedSteps: entry.startedSteps };
  }
}

/** A step without a result ended with its worker, and nobody measured it: the one in flight, or all of them where they ran on a stage. */
function withLost({ steps, startedSteps, lostSince }: Extract<LedgerEntry, { kind: 'interrupted' }>): readonly CommandResult[] {
  const lost = unmeasured('worker-lost', lostSince ?? new Date(0).toISOString(), 'its worker was lost: how far it came is not known');
  return [...steps, ...Array.from({ length: Math.max(0, startedSteps - steps.length) }, () => lost)];
}

/** One attempt at a time: between the look and the entry nothing waits, so whoever comes meanwhile joins. */
export function joinOrStart<T>(running: Map<string, Promise<T>>, key: string, work: () => Promise<T>): Promise<T> {
  const own = running.get(key);
  if (own !== undefined) return own;
  const started = work().finally(() => running.delete(key));
  running.set(key, started);
  return started;
}

/** Changes nothing: not even a workspace is made (spec X7). */
function dryRun({ sandbox, host }: HandsDependencies, plan: ExecutionPlan): ExecutionResult {
  const workspace = sandbox.workspaceOf(plan.proposalId);
  const requests = plan.steps.map((command, index) => requestIn(workspace, plan, command, `step-${index + 1}`));
  return { state: 'dry_run', host, commandLines: requests.map((request) => sandbox.commandLine(request)) };
}

/** On a stage nothing counts yet, so the ledger hears of no step before it is put in place. */
async function runSteps(deps: HandsDependencies, plan: ExecutionPlan, stop: Stop, stage?: Stage): Promise<ExecutionResult> {
  const { host, ledger } = deps;
  const { signal } = stop;
  const steps: CommandResult[] = [];
  const stopped = (startedSteps: number): ExecutionResult =>
    stop.isWanted()
      ? { state: 'cancelled', host, steps, startedSteps, why: abortReason(signal) }
      : { state: 'interrupted', host, steps, startedSteps };
  for (const [index, command] of plan.steps.entries()) {
    if (signal.aborted) return stopped(index);
    const emergency = index === 0 ? undefined : await deps.emergencyStop();
    if (emergency !== undefined) return { state: 'cancelled', host, steps, startedSteps: index, why: emergency };
    let result: CommandResult;
    try {
      const request = await sandboxRequest(deps, plan, command, `step-${index + 1}`);
      if (stage === undefined) await ledger.startStep(plan.proposalId, index);
      result = forHistory(await deps.sandbox.run({ ...request, ...(stage && { workspace: stage.workspace }) }, signal), plan.steps.length);
    } catch (error) {
      if (!(error instanceof JanusError) || error.code !== 'SANDBOX_UNAVAILABLE') throw error;
      const failed = unmeasured('setup-failed', deps.now().toISOString(), error.message);
      if (index === 0) return { state: 'not_started', host, code: error.code, why: error.message, steps: [failed] };
      const problems = [`step ${index + 1}: ${error.message}`];
      return { state: 'finished', ok: false, host, steps: [...steps, failed], startedSteps: index, problems };
    }
    const wasCut = result.reason === 'cancelled';
    steps.push(wasCut && !stop.isWanted() ? { ...result, reason: 'stopped' } : result);
    if (wasCut) return stopped(index + 1);
    const problems = unmetExpectations(command.expect, result);
    if (problems.length > 0) return { state: 'finished', ok: false, host, steps, problems };
    // The last step's result is in the final word, which is written next.
    if (stage === undefined && index < plan.steps.length - 1) await ledger.finishStep(plan.proposalId, index, result);
  }
  return { state: 'finished', ok: true, host, steps, problems: [] };
}

function abortReason(signal: AbortSignal): string {
  return signal.reason instanceof Error ? signal.reason.message : 'cancelled';
}

/** Claim, run, finish: durable before the process exists, durable before it is reported (spec X5). */
async function claimAndFinish(
  { ledger, ...deps }: HandsDependencies,
  { proposalId, digest }: Permit,
  work: () => Promise<ExecutionResult>,
): Promise<ExecutionResult> {
  if (!(await ledger.claim(proposalId, digest))) return (await recorded({ ledger, ...deps }, proposalId)) ?? stillRunning();
  return ledger.finish(proposalId, await work());
}

/** Milliseconds until the permit is over: nobody waits for longer than it is good for. */
export function untilExpiry({ now }: Pick<HandsDependencies, 'now'>, { expiresAt }: Permit): number {
  return new Date(expiresAt).getTime() - now().getTime();
}

async function startOnce(deps: HandsDependencies, permit: Permit, plan: ExecutionPlan, stop: Stop): Promise<ExecutionResult> {
  const { signal } = stop;
  const leave = await enterWithin(deps.gate, untilExpiry(deps, permit), signal);
  if (leave === undefined) {
    if (!signal.aborted) return notStarted(deps.host, 'PERMIT_EXPIRED', 'no slot became free before the permit expired');
    // Nothing is claimed yet: the worker that comes after this one may still start it.
    if (!stop.isWanted())
      throw ApplicationFailure.create({ type: 'WORKER_STOPS', message: 'this worker stops before it started anything' });
    return { state: 'cancelled', host: deps.host, steps: [], startedSteps: 0, why: abortReason(signal) };
  }
  try {
    const emergency = await deps.emergencyStop();
    if (emergency !== undefined) return notStarted(deps.host, 'EMERGENCY_STOP', emergency);
    if (plan.dryRun) return dryRun(deps, plan);
    return await joinOrStart(deps.running, plan.proposalId, () =>
      claimAndFinish(deps, permit, () => runBound(deps, plan, (stage) => runSteps(deps, plan, stop, stage))),
    );
  } finally {
    leave();
  }
}

async function execute(deps: HandsDependencies, request: StartRequest, stop: Stop): Promise<ExecutionResult> {
  const { permit, plan } = verifyStart(deps, request);
  const already = await known(deps, permit.proposalId);
  if (already !== undefined) return already;
  if (new Date(permit.expiresAt) <= deps.now()) return notStarted(deps.host, 'PERMIT_EXPIRED', `the permit expired at ${permit.expiresAt}`);
  await assertApproved(deps, permit, plan, request.approvals);
  return startOnce(deps, permit, plan, stop);
}

async function settle(deps: HandsDependencies, request: StartRequest): Promise<ExecutionResult> {
  const { permit } = verifyStart(deps, request);
  const already = await known(deps, permit.proposalId);
  if (already !== undefined) return already;
  const closed = notStarted(deps.host, 'CLOSED', 'it had not been started, and now never will be');
  return joinOrStart(deps.running, permit.proposalId, () => claimAndFinish(deps, permit, async () => closed));
}

async function probe(deps: HandsDependencies, request: StartRequest, signal: AbortSignal): Promise<ProbeResult> {
  const { plan } = verifyStart(deps, request);
  const entry = await deps.ledger.read(plan.proposalId);
  const isInterrupted = entry.kind === 'interrupted' || (entry.kind === 'done' && entry.result.state === 'interrupted');
  if (!isInterrupted) return { verdict: 'unknown', why: `there is nothing to probe: ${entry.kind}` };
  const { probe: command } = plan;
  if (command === undefined) return { verdict: 'unknown', why: 'the plan has no probe' };
  const result = forHistory(await deps.sandbox.run(await sandboxRequest(deps, plan, command, 'probe'), signal), 1);
  const verdicts: Readonly<Record<number, ProbeResult['verdict']>> = { 0: 'happened', 1: 'did_not_happen' };
  const exited = result.reason === 'exit' && result.exitCode !== null;
  return { verdict: (exited ? verdicts[result.exitCode ?? -1] : undefined) ?? 'unknown' };
}

/** A refusal is an answer to our own workflows, and nothing at all to a stranger: no process, no line, no file. */
async function unlessRefused<T>(work: () => Promise<T>, refused: (why: string) => T): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof JanusError && error.code === 'PERMIT_REFUSED') return refused(error.message);
    throw error;
  }
}

/** Histories hold only what says something. */
function packed(result: ExecutionResult): ExecutionResult<PackedResult> {
  return 'steps' in result ? { ...result, steps: result.steps.map(packResult) } : result;
}

/** What may touch the host, and nothing else. Every activity verifies its permit itself. */
export function createHandsActivities(deps: HandsDependencies): HandsActivities {
  const refused = (why: string) => notStarted(deps.host, 'PERMIT_REFUSED', why);
  return {
    executeAction: (request) => withHeartbeat(async (stop) => packed(await unlessRefused(() => execute(deps, request, stop), refused))),
    settleAction: (request) => withHeartbeat(async () => packed(await unlessRefused(() => settle(deps, request), refused))),
    probeAction: (request) =>
      withHeartbeat(({ signal }) =>
        unlessRefused<ProbeResult>(
          () => probe(deps, request, signal),
          (why) => ({ verdict: 'unknown', why }),
        ),
      ),
  };
}
