import { ApplicationFailure } from '@temporalio/activity';
import type { LedgerEntry } from '../../adapters/ledger/start-ledger.js';
import type { HandsActivities, ProbeResult, StartRequest } from '../../contract/hands.js';
import type { PackedResult } from '../../domain/action/packing.js';
import { packResult } from '../../domain/action/packing.js';
import type { Permit } from '../../domain/action/permit.js';
import type { ExecutionPlan } from '../../domain/action/plan.js';
import type { CommandResult, ExecutionResult } from '../../domain/action/result.js';
import { unmeasured } from '../../domain/action/result.js';
import { assertApproved } from '../shared/approvals.js';
import type { Stop } from '../shared/heartbeat.js';
import { withHeartbeat } from '../shared/heartbeat.js';
import type { HandsDependencies } from './dependencies.js';
import { assertFloor } from './floor.js';
import { enterWithin } from './gate.js';
import { joinOrStart } from './under-way.js';
import { unlessRefused } from './refusal.js';
import { abortReason, runSteps } from './run-steps.js';
import { runBound } from './staging.js';
import { requestIn, sandboxRequest, untilExpiry, verifyStart } from './start-request.js';
import { forHistory } from './trimming.js';

const notStarted = (host: string, code: string, why: string): ExecutionResult => ({ state: 'not_started', host, code, why });

/** Another process of this host runs it: asked again later, it has a result or is gone. */
function stillRunning(): never {
  throw ApplicationFailure.create({ type: 'STILL_RUNNING', message: 'another process runs this action', nextRetryDelay: '5 seconds' });
}

/** What is known already, or undefined where nothing was ever started. */
async function known(deps: HandsDependencies, proposalId: string): Promise<ExecutionResult | undefined> {
  return deps.underWay.actions.get(proposalId) ?? recorded(deps, proposalId);
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
      return { state: 'interrupted', host: deps.self.host, steps: withLost(entry), startedSteps: entry.startedSteps };
  }
}

/** A step without a result ended with its worker, and nobody measured it: the one in flight, or all of them where they ran on a stage. */
function withLost({ steps, startedSteps, lostSince }: Extract<LedgerEntry, { kind: 'interrupted' }>): readonly CommandResult[] {
  const lost = unmeasured('worker-lost', lostSince ?? new Date(0).toISOString(), 'its worker was lost: how far it came is not known');
  return [...steps, ...Array.from({ length: Math.max(0, startedSteps - steps.length) }, () => lost)];
}

/** Changes nothing: not even a workspace is made (spec X7). */
function dryRun({ sandbox, self: { host } }: HandsDependencies, plan: ExecutionPlan): ExecutionResult {
  const workspace = sandbox.workspaceOf(plan.proposalId);
  const requests = plan.steps.map((command, index) => requestIn(workspace, plan, command, `step-${index + 1}`));
  return { state: 'dry_run', host, commandLines: requests.map((request) => sandbox.commandLine(request)) };
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

async function startOnce(deps: HandsDependencies, permit: Permit, plan: ExecutionPlan, stop: Stop): Promise<ExecutionResult> {
  const { signal } = stop;
  const leave = await enterWithin(deps.gates.actions, untilExpiry(deps, permit), signal);
  if (leave === undefined) {
    if (!signal.aborted) return notStarted(deps.self.host, 'PERMIT_EXPIRED', 'no slot became free before the permit expired');
    // Nothing is claimed yet: the worker that comes after this one may still start it.
    if (!stop.isWanted())
      throw ApplicationFailure.create({ type: 'WORKER_STOPS', message: 'this worker stops before it started anything' });
    return { state: 'cancelled', host: deps.self.host, steps: [], startedSteps: 0, why: abortReason(signal) };
  }
  try {
    const emergency = await deps.emergencyStop();
    if (emergency !== undefined) return notStarted(deps.self.host, 'EMERGENCY_STOP', emergency);
    if (plan.dryRun) return dryRun(deps, plan);
    return await joinOrStart(deps.underWay.actions, plan.proposalId, () =>
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
  if (new Date(permit.expiresAt) <= deps.now())
    return notStarted(deps.self.host, 'PERMIT_EXPIRED', `the permit expired at ${permit.expiresAt}`);
  assertFloor(deps, plan);
  await assertApproved(deps, { permit, plan }, request.approvals);
  return startOnce(deps, permit, plan, stop);
}

async function settle(deps: HandsDependencies, request: StartRequest): Promise<ExecutionResult> {
  const { permit } = verifyStart(deps, request);
  const already = await known(deps, permit.proposalId);
  if (already !== undefined) return already;
  const closed = notStarted(deps.self.host, 'CLOSED', 'it had not been started, and now never will be');
  return joinOrStart(deps.underWay.actions, permit.proposalId, () => claimAndFinish(deps, permit, async () => closed));
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

/** Histories hold only what says something. */
function packed(result: ExecutionResult): ExecutionResult<PackedResult> {
  return 'steps' in result ? { ...result, steps: result.steps.map(packResult) } : result;
}

/** What may touch the host, and nothing else. Every activity verifies its permit itself. */
export function createHandsActivities(deps: HandsDependencies): HandsActivities {
  const refused = (why: string) => notStarted(deps.self.host, 'PERMIT_REFUSED', why);
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
