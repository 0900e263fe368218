import type { ExecutionPlan } from '../../domain/action/plan.js';
import type { Tool } from '../../domain/action/tool.js';
import type { GrantSettings, GrantSubject, ModeGrantTerms, PlaybookName } from '../../domain/modes/grant.js';
import { grantFor } from '../../domain/modes/grant.js';
import type { PlaybookFound } from '../../domain/thinking/playbook-approval.js';
import { whyNotOfPlaybook } from '../../domain/thinking/playbook-plan.js';

/** What whoever looks knows of their own: configuration, registry of tools, playbooks with the approvals of people. */
export interface GrantChecks {
  readonly settings: GrantSettings;
  readonly tools: readonly Tool[];
  /** Whether the playbook of this id, with this very content, is approved now. */
  readonly playbook: (id: string, contentHash: string) => Promise<PlaybookFound>;
}

type Looked = Pick<GrantSubject, 'isOwn' | 'outsideSources'> & {
  readonly plan: ExecutionPlan;
  readonly playbook?: PlaybookName | undefined;
};

/** The tools of all that a plan may start. */
const toolsOf = ({ steps, rollback, probe }: ExecutionPlan): readonly string[] => [
  ...new Set([...steps, ...rollback, ...(probe === undefined ? [] : [probe])].map(({ tool }) => tool)),
];

async function playbookProblem({ tools, playbook: find }: GrantChecks, plan: ExecutionPlan, { id, hash }: PlaybookName) {
  const found = await find(id, hash);
  if (!found.approved) return `playbook ${id} is not approved beforehand: ${found.why}`;
  return whyNotOfPlaybook(plan, found.playbook, tools);
}

/** What a mode could consent to in the place of people, by what is so at this moment; or why nothing (spec T7). */
export async function grantNow(
  checks: GrantChecks,
  { plan, playbook, ...looked }: Looked,
): Promise<ModeGrantTerms | { readonly why: string }> {
  const { risk, approval, dryRun } = plan;
  const subject = { ...looked, risk, dryRun, actionType: approval.actionType, tools: toolsOf(plan) };
  if (playbook === undefined) return grantFor(subject, checks.settings);
  // Nobody reads files for what is refused whatever they say.
  const atBest = grantFor({ ...subject, playbook: { ...playbook, problem: undefined } }, checks.settings);
  if ('why' in atBest) return atBest;
  return grantFor({ ...subject, playbook: { ...playbook, problem: await playbookProblem(checks, plan, playbook) } }, checks.settings);
}
