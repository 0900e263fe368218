import type { EndRequest, Recorded, ResultRecorded, ResultRequest } from '../../contract/activities.js';
import type { AboutProposal } from '../../domain/trail/event-fields.js';
import { endEvents, runEvents, trailEvent } from '../../domain/trail/events.js';
import type { EntryOf } from '../../domain/trail/records.js';
import { canonicalJson } from '../../domain/text/canonical.js';
import { checkOutcome } from '../../domain/action/expectation.js';
import type { PlannedCommand } from '../../domain/action/plan.js';
import type { CommandResult, ExecutionResult } from '../../domain/action/result.js';
import { shorten } from '../../domain/text/visible.js';
import type { BrainDependencies } from './dependencies.js';

/** What one command came to. `name` tells it from the other commands of the proposal. */
interface ToolUse {
  readonly id: string;
  readonly name: string;
  readonly command: PlannedCommand;
  readonly result: CommandResult;
}

/** One line of tool_use.jsonl, with the keys of the charter ("Audit trail"). */
async function recordToolUse(deps: BrainDependencies, { id, name, command, result }: ToolUse): Promise<void> {
  const cpuPercent = result.wallSeconds > 0 ? Math.round((1_000 * result.cpuSeconds) / result.wallSeconds) / 10 : 0;
  const use: EntryOf<'tool_use'> = {
    id: `${id}/${name}`,
    eventType: trailEvent.toolUse,
    actionId: id,
    summary: shorten(`${command.tool} ended by ${result.reason}`, 200),
    data: {
      tool: command.path,
      tool_name: command.tool,
      arguments_hash: `sha256:${deps.sha256(canonicalJson(command.args))}`,
      runtime_seconds: result.wallSeconds,
      cpu_percent: cpuPercent,
      cpu_seconds: result.cpuSeconds,
      memory_mb: result.peakMemoryMb,
      bytes_written: result.bytesWritten,
      connections: result.connections,
      ...(result.network !== undefined && {
        connections_denied: result.network.denied,
        network_tx: result.network.tx,
        network_rx: result.network.rx,
      }),
      ...(result.tier !== undefined && { tier: result.tier }),
      exit_status: result.exitCode,
      signal: result.signal,
      termination: result.reason,
      started_at: result.startedAt,
      ended_at: result.endedAt,
      output_digest: `sha256:${result.stdout.sha256}`,
      error_digest: `sha256:${result.stderr.sha256}`,
    },
  };
  await deps.trail.append('tool_use', ...connectionEntries({ id, name, command, result }), use);
}

/** A line for each connection that hands reported, allowed or refused (spec X4); the tool's own line counts them all. */
function connectionEntries({ id, name, command, result: { network } }: ToolUse): EntryOf<'tool_use'>[] {
  return (network?.records ?? []).map(({ host, port, ip, tx, rx, ms, verdict }, index) => ({
    id: `${id}/${name}/connection/${index}`,
    eventType: trailEvent.networkConnection,
    actionId: id,
    summary: shorten(`${command.tool} to ${host}:${port}: ${verdict}`, 200),
    data: { tool_name: command.tool, host, port, ip: ip ?? null, tx, rx, ms, verdict },
  }));
}

function ranSteps(result: ExecutionResult): readonly CommandResult[] {
  return 'steps' in result ? result.steps : [];
}

/** Writes what ran, and whether it did what it should. */
export async function recordResult(deps: BrainDependencies, request: ResultRequest, about: AboutProposal): Promise<ResultRecorded> {
  const { identity, plan, result, digest, decidedBy } = request;
  const id = identity.workflowId;
  for (const [index, facts] of ranSteps(result).entries()) {
    const command = plan.steps[index];
    if (command !== undefined) await recordToolUse(deps, { id, name: `tool/${index}`, command, result: facts });
  }
  const problems = checkOutcome(plan, result).slice(0, 20);
  const ok = problems.length === 0;
  const last = ranSteps(result).at(-1);
  await deps.trail.append('proposals', {
    id: `${id}/result`,
    eventType: runEvents[ok ? 'completed' : result.state === 'interrupted' ? 'interrupted' : 'failed'],
    actionId: id,
    summary: ok ? 'every check passed' : shorten(problems.join('; '), 400),
    data: {
      ...about,
      status: ok ? 'completed' : 'executing',
      digest,
      host: result.host,
      approved_by: decidedBy,
      exit_status: last?.exitCode ?? null,
      started_at: ranSteps(result)[0]?.startedAt ?? null,
      ended_at: last?.endedAt ?? null,
    },
  });
  return { kind: 'recorded', ok, problems };
}

/** Writes the last line of a proposal, and what its rollback ran. */
export async function recordEnd(deps: BrainDependencies, request: EndRequest, about: AboutProposal): Promise<Recorded> {
  const {
    identity,
    status,
    reason,
    digest,
    decidedBy,
    decidedAt,
    assurance = 'unsigned',
    nonce,
    consideredSeconds,
    dryRun,
    timedOut,
    plan,
    rollbacks = [],
  } = request;
  const id = identity.workflowId;
  for (const { index, result } of rollbacks) {
    const command = plan?.rollback[index];
    if (command !== undefined && result.state === 'finished')
      await recordToolUse(deps, { id, name: `rollback/${index}`, command, result: result.result });
  }
  const receipt = await deps.trail.append('proposals', {
    id: `${id}/end`,
    eventType: endEvents[status],
    actionId: id,
    summary: shorten(reason, 400),
    data: {
      ...about,
      status,
      ...(digest !== undefined && { digest }),
      ...(decidedBy !== undefined && decidedBy !== '' && { decided_by: decidedBy, decided_at: decidedAt ?? null, assurance }),
      ...(nonce !== undefined && { nonce }),
      ...(consideredSeconds !== undefined && { considered_seconds: consideredSeconds }),
      ...(timedOut === true && { timed_out: true }),
      ...(dryRun === true && { dry_run: true }),
      ...(rollbacks.length > 0 && {
        rollback: rollbacks.map(({ index, result }) => ({ index, state: result.state, ok: result.state === 'finished' && result.ok })),
      }),
    },
  });
  return { kind: 'recorded', receipt };
}
