import { ApplicationFailure } from '@temporalio/activity';
import type { LedgerEntry } from '../../adapters/ledger/start-ledger.js';
import type { HandsActivities } from '../../contract/hands.js';
import { heldFailure } from '../../contract/hands.js';
import type { PackedResult } from '../../domain/action/packing.js';
import { packResult } from '../../domain/action/packing.js';
import type { Permit } from '../../domain/action/permit.js';
import { permitDigest } from '../../domain/action/permit.js';
import type { ExecutionPlan } from '../../domain/action/plan.js';
import type { ClosedStart, CommandResult, ExecutionResult, ProbeResult } from '../../domain/action/result.js';
import { unmeasured } from '../../domain/action/result.js';
import type { Stop } from '../shared/heartbeat.js';
import { withHeartbeat } from '../shared/heartbeat.js';
import { answered } from './answering.js';
import { assertConsented } from './consent.js';
import type { HandsDependencies } from './dependencies.js';
import { assertFloor } from './floor.js';
import { enterWithin } from './gate.js';
import { probeOnce } from './probing.js';
import { joinOrStart } from './under-way.js';
import { abortReason, runSteps } from './run-steps.js';
import { runBound } from './staging.js';
import type { PresentedStart } from './start-request.js';
import { assertSameProfile, requestIn, untilExpiry } from './start-request.js';

const notStarted = (host: string, code: string, why: string): ExecutionResult => ({ state: 'not_started', host, code, why });

/** Another process of this host runs it: asked again later, it has a result or is gone. */
function stillRunning(): never {
  throw ApplicationFailure.create({ type: 'STILL_RUNNING', message: 'another process runs this action', nextRetryDelay: '5 seconds' });
}

/**
 * What is known already, or undefined where nothing was ever started. What ran under another permit says when: a server that was put back to
 * before its approval must not take it for something new.
 */
async function known(deps: HandsDependencies, permit: Permit): Promise<ExecutionResult | undefined> {
  const { proposalId } = permit;
  const result = await (deps.underWay.actions.get(proposalId) ?? recorded(deps, proposalId));
  if (result === undefined || result.state === 'not_started') return result;
  const claim = await deps.ledger.claimOf(proposalId);
  return claim === undefined || claim.permit === permitDigest(deps.sha256, permit) ? result : { ...result, ranBefore: claim.at };
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
function dryRun(deps: HandsDependencies, plan: ExecutionPlan): ExecutionResult {
  const { sandbox, self } = deps;
  const workspace = sandbox.workspaceOf(plan.proposalId);
  const requests = plan.steps.map((command, index) => requestIn(deps, workspace, plan, [command, `step-${index + 1}`]));
  return { state: 'dry_run', host: self.host, commandLines: requests.map((request) => sandbox.commandLine(request)) };
}

const closed = (host: string) => notStarted(host, 'CLOSED', 'it had not been started, and now never will be');

/**
 * Claim, run, finish: durable before the process exists, durable before it is reported (spec X5). Whoever voids a permit writes first and looks for
 * a claim then; here it is the other way round, so that one of the two sees the other.
 */
async function claimAndFinish(deps: HandsDependencies, permit: Permit, work: () => Promise<ExecutionResult>): Promise<ExecutionResult> {
  const { ledger, self } = deps;
  const { proposalId, digest } = permit;
  const name = permitDigest(deps.sha256, permit);
  if (!(await ledger.claim(proposalId, { digest, permit: name }))) return (await recorded(deps, proposalId)) ?? stillRunning();
  return ledger.finish(proposalId, (await ledger.isVoid(proposalId, name)) ? closed(self.host) : await work());
}

const isVoid = ({ ledger, sha256 }: HandsDependencies, permit: Permit) => ledger.isVoid(permit.proposalId, permitDigest(sha256, permit));

/** Voids the permit; what was started under it before that, or undefined. */
async function close(deps: HandsDependencies, permit: Permit): Promise<ExecutionResult | undefined> {
  await deps.ledger.voidPermit(permit.proposalId, permitDigest(deps.sha256, permit));
  return known(deps, permit);
}

const needsOf = ({ proposalId, steps, network, limits: { memoryMb } }: ExecutionPlan) => ({
  of: proposalId,
  memoryMb,
  network: steps.some(({ online }) => online === true) ? network : [],
});

/** It waits outside, without a place among those that the worker has, and comes again until its permit is over (spec G3). */
async function heldBack(deps: HandsDependencies, permit: Permit, why: string): Promise<ExecutionResult> {
  const { host } = deps.self;
  const emergency = await deps.emergencyStop();
  if (emergency !== undefined) return (await close(deps, permit)) ?? notStarted(host, 'EMERGENCY_STOP', emergency);
  const message = `waits at the gate, until ${permit.expiresAt} at the latest: ${why}`;
  throw ApplicationFailure.create({ type: heldFailure, message, nextRetryDelay: '5 seconds' });
}

async function startOnce(
  deps: HandsDependencies,
  { permit, plan }: PresentedStart,
  approvals: unknown,
  stop: Stop,
): Promise<ExecutionResult> {
  const { signal } = stop;
  const { host } = deps.self;
  const place = await enterWithin(deps.gates.actions, needsOf(plan), untilExpiry(deps, permit), signal);
  if (place === undefined) {
    if (!signal.aborted) return notStarted(host, 'PERMIT_EXPIRED', 'no slot became free before the permit expired');
    // Nothing is claimed yet: the worker that comes after this one may still start it.
    if (!stop.isWanted())
      throw ApplicationFailure.create({ type: 'WORKER_STOPS', message: 'this worker stops before it started anything' });
    return (await close(deps, permit)) ?? { state: 'cancelled', host, steps: [], startedSteps: 0, why: abortReason(signal) };
  }
  if ('held' in place) return heldBack(deps, permit, place.held);
  try {
    // Whatever held in front of the gate: here it has to hold again, for the wait may have been long.
    if (await isVoid(deps, permit)) return closed(host);
    const emergency = await deps.emergencyStop();
    if (emergency !== undefined) return (await close(deps, permit)) ?? notStarted(host, 'EMERGENCY_STOP', emergency);
    await assertConsented(deps, { permit, plan }, approvals);
    if (plan.dryRun) return dryRun(deps, plan);
    return await joinOrStart(deps.underWay.actions, plan.proposalId, () =>
      claimAndFinish(deps, permit, () => runBound(deps, plan, (stage) => runSteps(deps, plan, { ...stop, relief: place.relief }, stage))),
    );
  } finally {
    place.leave();
  }
}

/** The ledger is asked first, whatever the sandbox of today: what ran before an upgrade has run. */
async function execute(deps: HandsDependencies, start: PresentedStart, approvals: unknown, stop: Stop): Promise<ExecutionResult> {
  const { permit, plan } = start;
  const already = await known(deps, permit);
  if (already !== undefined) return already;
  assertSameProfile(deps, plan);
  if (await isVoid(deps, permit)) return closed(deps.self.host);
  if (new Date(permit.expiresAt) <= deps.now())
    return notStarted(deps.self.host, 'PERMIT_EXPIRED', `the permit expired at ${permit.expiresAt}`);
  assertFloor(deps, plan);
  return startOnce(deps, start, approvals, stop);
}

async function settle(deps: HandsDependencies, { permit }: PresentedStart): Promise<ExecutionResult> {
  return (await known(deps, permit)) ?? (await close(deps, permit)) ?? closed(deps.self.host);
}

/** Answers at once, also while it runs. */
async function closeStart(deps: HandsDependencies, { permit }: PresentedStart): Promise<ClosedStart> {
  const { proposalId } = permit;
  const isClaimed = async () => deps.underWay.actions.has(proposalId) || (await deps.ledger.read(proposalId)).kind !== 'unclaimed';
  if (await isClaimed()) return { state: 'started' };
  await deps.ledger.voidPermit(proposalId, permitDigest(deps.sha256, permit));
  return { state: (await isClaimed()) ? 'started' : 'closed' };
}

/** Histories hold only what says something. */
function packed(result: ExecutionResult): ExecutionResult<PackedResult> {
  return 'steps' in result ? { ...result, steps: result.steps.map(packResult) } : result;
}

/** What may touch the host, and nothing else. Every activity verifies its permit itself, and signs its answer. */
export function createHandsActivities(deps: HandsDependencies): HandsActivities {
  const refused = (why: string) => notStarted(deps.self.host, 'PERMIT_REFUSED', why);
  return {
    executeAction: (request) =>
      withHeartbeat((stop) =>
        answered(deps, request, {
          act: 'execute',
          work: async (start) => packed(await execute(deps, start, request.approvals, stop)),
          refused,
        }),
      ),
    settleAction: (request) =>
      withHeartbeat(() => answered(deps, request, { act: 'settle', work: async (start) => packed(await settle(deps, start)), refused })),
    closeStart: (request) =>
      answered<ClosedStart>(deps, request, {
        act: 'close',
        work: (start) => closeStart(deps, start),
        refused: (why) => ({ state: 'refused', why }),
      }),
    probeAction: (request) =>
      withHeartbeat(({ signal }) =>
        answered<ProbeResult<PackedResult>>(deps, request, {
          act: 'probe',
          purpose: 'probe',
          work: (start) => probeOnce(deps, start, signal),
          refused: (why) => ({ verdict: 'unknown', why }),
        }),
      ),
  };
}
