import type { PackedResult } from '../../domain/action/packing.js';
import { packResult } from '../../domain/action/packing.js';
import { permitDigest } from '../../domain/action/permit.js';
import type { ProbeResult } from '../../domain/action/result.js';
import type { HandsDependencies } from './dependencies.js';
import { assertNotHalted } from './halting.js';
import { underTodaysProfile, sandboxRequest } from './start-request.js';
import type { PresentedStart } from './start-request.js';
import { forHistory } from './trimming.js';
import { joinOrStart } from './under-way.js';

const unknown = (why: string): ProbeResult => ({ verdict: 'unknown', why });

async function probe(deps: HandsDependencies, { permit, plan }: PresentedStart, signal: AbortSignal): Promise<ProbeResult> {
  const { proposalId, probe: command } = plan;
  const entry = await deps.ledger.read(proposalId);
  const isInterrupted = entry.kind === 'interrupted' || (entry.kind === 'done' && entry.result.state === 'interrupted');
  if (!isInterrupted) return unknown(`there is nothing to probe: ${entry.kind}`);
  if (command === undefined) return unknown('the plan has no probe');
  const name = permitDigest(deps.sha256, permit);
  if ((await deps.ledger.readProbe(proposalId, name)) === undefined) await assertNotHalted(deps);
  if (!(await deps.ledger.claimProbe(proposalId, name)))
    return (await deps.ledger.readProbe(proposalId, name)) ?? unknown('it was started before, and left no result');
  // A probe looks and changes nothing: whatever it names, and its own workspace too, it gets to read.
  const request = { ...(await sandboxRequest(deps, plan, command, 'probe')), readOnly: true as const };
  const result = underTodaysProfile(
    deps,
    plan,
    forHistory(await deps.halting.during(signal, (ending) => deps.sandbox.run(request, ending)), 1),
  );
  // One that a stop ended in the middle may end with any code: what it looked with may have been killed before it.
  const halted = await deps.halting.seen();
  if (halted !== undefined) return deps.ledger.finishProbe(proposalId, name, { ...unknown(halted.words), result });
  const verdicts: Readonly<Record<number, ProbeResult['verdict']>> = { 0: 'happened', 1: 'did_not_happen' };
  const exited = result.reason === 'exit' && result.exitCode !== null;
  const verdict = (exited ? verdicts[result.exitCode ?? -1] : undefined) ?? 'unknown';
  return deps.ledger.finishProbe(proposalId, name, { verdict, result });
}

/** Runs the read-only probe of an interrupted action, at most once for each permit (spec X9). */
export async function probeOnce(deps: HandsDependencies, start: PresentedStart, signal: AbortSignal): Promise<ProbeResult<PackedResult>> {
  const { result, ...rest } = await joinOrStart(deps.underWay.probes, start.plan.proposalId, () => probe(deps, start, signal));
  return { ...rest, ...(result !== undefined && { result: packResult(result) }) };
}
