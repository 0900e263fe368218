import { trailEvent } from '../../domain/trail/events.js';
import type { EntryOf } from '../../domain/trail/records.js';
import type { DenyCode } from '../../domain/action/denials.js';
import { breachIn } from '../../domain/controls/breach.js';
import { canonicalJson } from '../../domain/text/canonical.js';
import type { PlannedCommand } from '../../domain/action/plan.js';
import type { CommandResult } from '../../domain/action/result.js';
import { shorten } from '../../domain/text/visible.js';
import { noteAttempt } from './attempts.js';
import type { BrainDependencies } from './dependencies.js';
import { answerBreach } from './violation.js';

/** As egress says it (`denials`). */
const domainRefused: DenyCode = 'domain';

/** What one command came to. `name` tells it from the other commands of the proposal. */
export interface ToolUse {
  readonly id: string;
  readonly name: string;
  readonly command: PlannedCommand;
  readonly result: CommandResult;
}

/** One line of tool_use.jsonl, with the keys of the charter ("Audit trail"). */
export async function recordToolUse(deps: BrainDependencies, { id, name, command, result }: ToolUse): Promise<void> {
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
  await tellOf(deps, { id, name, command, result });
}

/** What people have to hear of: it tried what it may not, or shows a breach. */
async function tellOf(deps: BrainDependencies, { id, name, command: { tool }, result }: ToolUse): Promise<void> {
  const strange = result.network?.records.filter(({ verdict }) => verdict === domainRefused) ?? [];
  const [first] = strange;
  if (first !== undefined) {
    const others = strange.length > 1 ? ` and ${strange.length - 1} more` : '';
    const summary = `${tool} asked for ${first.host}:${first.port}${others}, which was not approved`;
    await noteAttempt(deps, { kind: 'domain', proposalId: id, summary });
  }
  if (result.reason === 'egress' && result.network !== undefined && result.note?.startsWith('more than ') === true)
    await noteAttempt(deps, { kind: 'traffic', proposalId: id, summary: `${tool} was ended: ${result.note}` });
  const breach = breachIn(result.reason, `${id}/${name}`);
  if (breach !== undefined) await answerBreach(deps, breach);
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
