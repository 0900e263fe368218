import type { Sha256 } from '../text/canonical.js';
import { canonicalJson } from '../text/canonical.js';
import type { Metrics } from './metrics.js';
import type { MissionFile, PlaybookDocument } from './playbook.schema.js';
import type { ProposalDocument } from '../action/proposal.schema.js';
import { shorten, toSnakeCase } from '../text/visible.js';
import { tokenise } from '../constitution/tokenise.js';
import type { RiskLevel } from '../action/proposal.js';
import type { Registry, RiskFloor } from '../action/reach.js';
import { reachOfTools, riskFloorOf } from '../action/reach.js';
import type { Tool } from '../action/tool.js';
import type { Trigger } from './trigger.js';
import { describeTrigger, parseTrigger } from './trigger.js';

/** A playbook that can be used: everything parsed, bound to its content. */
export interface Playbook {
  readonly document: PlaybookDocument;
  readonly trigger: Trigger;
  readonly steps: NonNullable<ProposalDocument['steps']>;
  /** What it says, or the floor of what it reaches where it says nothing (spec C6). */
  readonly risk: RiskLevel;
  /** SHA-256 over its content without the approval: an edited playbook is another one (spec T6). */
  readonly contentHash: string;
}

type Step = PlaybookDocument['action_sequence'][number];

function stepArguments({ tool: name, command, args }: Step, tools: readonly Tool[]): readonly string[] | string {
  const tool = tools.find((candidate) => candidate.name === name);
  if (tool === undefined) return `tool ${name} is not in the registry`;
  if (args !== undefined) return args;
  const tokens = tokenise(command ?? '');
  if ('problem' in tokens) return `command ${JSON.stringify(command)} ${tokens.problem}`;
  // A declared shell takes its script whole; another tool gets the words, its own name taken off where somebody wrote it.
  if (tool.shell) return [command ?? ''];
  return tokens.words[0] === name ? tokens.words.slice(1) : tokens.words;
}

/** What the configuration knows that a playbook needs. */
export interface PlaybookRules extends Registry {
  readonly riskFloor?: Partial<RiskFloor>;
}

function riskOf({ risk_level: said, action_sequence: steps, rollback }: PlaybookDocument, rules: PlaybookRules): RiskLevel {
  if (said !== undefined) return said;
  const undoing = [...steps.flatMap((step) => step.rollback), ...rollback];
  const names = [...steps.map(({ tool }) => tool), ...undoing.map(({ tool_name: tool }) => tool)];
  // A playbook has no way to ask for the network.
  return riskFloorOf(reachOfTools(names, [], rules), rules.riskFloor);
}

/** Turns a parsed entry into a playbook, or says why it is disabled. */
export function compilePlaybook(
  document: PlaybookDocument,
  rules: PlaybookRules,
  sha256: Sha256,
): Playbook | { readonly problems: readonly string[] } {
  const trigger = parseTrigger(document.trigger_conditions);
  const sequence = document.action_sequence.map((step) => ({ step, args: stepArguments(step, rules.tools) }));
  const problems = [
    ...('problems' in trigger ? trigger.problems : []),
    ...sequence.flatMap(({ args }) => (typeof args === 'string' ? [args] : [])),
  ];
  if ('problems' in trigger || problems.length > 0) return { problems };
  const { approved_by: _by, approved_at: _at, approved_hash: _hash, approved_signature: _signature, ...content } = document;
  const steps = sequence.map(({ step, args }) => ({
    tool_name: step.tool,
    tool_args: [...args],
    ...(step.kwargs && { tool_kwargs: step.kwargs }),
    ...(step.expect && { expect: step.expect }),
    ...(step.rollback.length > 0 && { rollback: step.rollback }),
  }));
  const contentHash = sha256(`janus.playbook.v1\0${canonicalJson(content)}`);
  return { document, trigger: trigger.trigger, steps, risk: riskOf(document, rules), contentHash };
}

export interface Occasion {
  readonly proposalId: string;
  readonly timestamp: string;
  readonly vesselId: string;
  readonly metrics: Metrics;
  readonly missions: MissionFile | undefined;
}

/** A name may be longer than a type of action, or hold no letter that a type may have. */
export const actionTypeOf = ({ action_type: said, name, playbook_id: id }: PlaybookDocument): string =>
  said ?? (toSnakeCase(name).slice(0, 64) || toSnakeCase(id));

function missionContext({ document }: Playbook, missions: MissionFile | undefined): string {
  if (document.mission_context !== undefined) return document.mission_context;
  const active = missions?.missions.filter((mission) => mission.active) ?? [];
  const mission = active.find(({ id }) => id === missions?.current) ?? [...active].sort((a, b) => b.priority - a.priority)[0];
  return mission === undefined ? `Playbook ${document.playbook_id}: ${document.name}` : `${mission.id}: ${mission.title}`;
}

/** The proposal that a fired playbook makes, in the seed's JSON. What fired it is in the rationale, with its numbers. */
export function proposePlaybook(playbook: Playbook, occasion: Occasion): ProposalDocument {
  const { document, trigger, steps, contentHash } = playbook;
  const why = describeTrigger(trigger, occasion.metrics);
  const watched = Object.fromEntries(trigger.map(({ metric }) => [metric, occasion.metrics[metric] ?? null]));
  return {
    proposal_id: occasion.proposalId,
    timestamp: occasion.timestamp,
    vessel_id: occasion.vesselId,
    mission_context: missionContext(playbook, occasion.missions),
    action_type: actionTypeOf(document),
    rationale: shorten(`Playbook ${document.playbook_id} (${document.name}) fired: ${why}.`, 2_000),
    expected_outcome: document.description,
    risk_level: playbook.risk,
    risk_mitigation: 'A playbook written by people, in the sandbox',
    rollback_plan: document.rollback_plan,
    steps,
    ...(document.rollback.length > 0 && { rollback: document.rollback }),
    metadata: { source: 'playbook', playbook_id: document.playbook_id, playbook_hash: contentHash, metrics: watched },
  };
}
