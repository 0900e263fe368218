import type { ExecutionPlan, PlannedCommand } from '../action/plan.js';
import type { Tool } from '../action/tool.js';
import { canonicalJson } from '../text/canonical.js';
import type { Playbook } from './playbook.js';
import { actionTypeOf } from './playbook.js';

interface Call {
  readonly tool_name: string;
  readonly tool_args?: readonly string[] | undefined;
  readonly tool_kwargs?: { readonly stdin?: string | undefined } | undefined;
}

type Words = readonly [tool: string, args: readonly string[], stdin: string | null, undoes: number | null];

/**
 * Why a plan is not what this playbook comes to with these tools; undefined where it is. A proposal only says of which playbook it is: what runs by
 * that word has to be that, command by command, with everything that undoes it (spec T6, T7).
 */
export function whyNotOfPlaybook(plan: ExecutionPlan, { document, steps, risk }: Playbook, tools: readonly Tool[]): string | undefined {
  const fixed = (name: string) => tools.find((tool) => tool.name === name)?.command.slice(1) ?? [];
  const called = ({ tool_name: tool, tool_args: args = [], tool_kwargs: kwargs }: Call, undoes: number | null = null): Words => [
    tool,
    [...fixed(tool), ...args],
    kwargs?.stdin ?? null,
    undoes,
  ];
  const planned = ({ tool, args, stdin, undoes }: PlannedCommand & { readonly undoes?: number }): Words => [
    tool,
    args,
    stdin ?? null,
    undoes ?? null,
  ];
  const ofSteps = steps.flatMap((step, index) => (step.rollback ?? []).map((call) => called(call, index)));
  const own = { steps: steps.map((step) => called(step)), rollback: [...ofSteps, ...document.rollback.map((call) => called(call))] };
  const its = { steps: plan.steps.map((step) => planned(step)), rollback: plan.rollback.map((step) => planned(step)) };
  if (canonicalJson(own) !== canonicalJson(its)) return `its commands are not those of playbook ${document.playbook_id}`;
  if (plan.probe !== undefined || plan.network.length > 0) return `playbook ${document.playbook_id} has neither a probe nor a network`;
  const says = { risk, type: actionTypeOf(document) };
  return plan.risk === says.risk && plan.approval.actionType === says.type
    ? undefined
    : `playbook ${document.playbook_id} is ${says.type} of ${says.risk} risk`;
}
