import type { BrainActivities, PreviewOrder, RunIdentity } from '../../contract/activities.js';
import type { PreviewReport } from '../../domain/action/effect.js';
import type { ExecutionPlan } from '../../domain/action/plan.js';
import { trailEvent } from '../../domain/trail/events.js';
import { planDigest } from '../../domain/action/digests.js';
import { shorten } from '../../domain/text/visible.js';
import type { BrainDependencies } from './dependencies.js';
import type { Assessment } from './assess.js';
import { refusalOf } from './answers.js';
import { about } from './assess.js';
import { issuePermit } from './permits.js';

type Sound = Assessment & { kind: 'sound' };
type RecordRequest = Parameters<BrainActivities['recordPreview']>[0];

/** Why this can have no preview, whoever asks for one. */
async function whyNot(deps: BrainDependencies, plan: ExecutionPlan): Promise<string | undefined> {
  if (plan.dryRun) return 'debug.dry_run_mode is on: nothing runs, not even on a copy';
  if (plan.network.length > 0) return 'it uses the network, which a preview never has';
  const { tools } = await deps.rules.context();
  const final = [...plan.steps, ...plan.rollback].find(({ tool }) => tools.some(({ name, reversible }) => name === tool && !reversible));
  return final === undefined ? undefined : `tool ${final.tool} is declared irreversible`;
}

/** Whether one is made before people are asked, or tried: it is on record either way, with the digest that they are asked about. */
export function isPreviewAsked(deps: BrainDependencies, { parentId }: RunIdentity, { plan, proposal }: Sound): boolean {
  return deps.rules.previewByRisk[plan.risk] === true || (proposal.preview && parentId === undefined);
}

/**
 * By policy, or because its proposer asks; what a thinking cycle proposes is previewed by policy only, or the agent would run things at its
 * own request before any person had seen them. The permit's time comes from the record, so a repeated review issues the same one.
 */
export async function orderPreview(
  deps: BrainDependencies,
  identity: RunIdentity,
  assessment: Sound,
): Promise<{ readonly preview?: PreviewOrder }> {
  const { plan, digest } = assessment;
  if (!isPreviewAsked(deps, identity, assessment)) return {};
  const { workflowId: id, firstRunId } = identity;
  const why = await whyNot(deps, plan);
  if (why !== undefined) return { preview: { why } };
  return { preview: await issuePermit(deps, { plan, firstRunId, digest, recordId: `${id}/review`, purpose: 'preview' }) };
}

/** Because a person asks while it waits (spec X7): their request is on record before its permit exists. */
export async function orderPreviewAgain(
  deps: BrainDependencies,
  { identity, document, plan, round }: Parameters<BrainActivities['orderPreview']>[0],
) {
  const why = (await deps.emergencyStop()) ?? (await whyNot(deps, plan));
  if (why !== undefined) return { kind: 'ordered', order: { why } } as const;
  const { workflowId: id, firstRunId } = identity;
  const digest = planDigest(deps.sha256, plan);
  const recordId = `${id}/preview/${round}/asked`;
  await deps.trail.append('proposals', {
    id: recordId,
    eventType: trailEvent.previewRequested,
    actionId: id,
    summary: 'a preview was asked for',
    data: { ...about(document), status: 'proposed', digest },
  });
  const issued = await issuePermit(deps, { plan, firstRunId, digest, recordId, purpose: 'preview' });
  return { kind: 'ordered', order: { ...issued, digest } } as const;
}

const facts = (report: PreviewReport, bound: boolean) =>
  report.state === 'not_previewable'
    ? { previewable: false as const, reason: shorten(report.why, 400) }
    : {
        previewable: true as const,
        effect_digest: report.effectDigest,
        agreed: report.agreed,
        bound,
        changes: report.effect.changes.length + report.effect.omitted,
        ...(report.effect.rollback && { rollback_equal: report.effect.rollback.equal }),
      };

/** Writes what the preview found. Where its effect can be bound, it becomes a part of the plan: the digest that people approve covers it. */
export async function recordPreview(deps: BrainDependencies, request: RecordRequest) {
  const { identity, document, plan, found, round } = request;
  const refused = 'why' in found ? undefined : refusalOf(deps, { identity, plan, ...found }, 'preview');
  const why = 'why' in found ? found.why : refused;
  const report: PreviewReport = 'why' in found || why !== undefined ? { state: 'not_previewable', why: why ?? '' } : found.answer.answer;
  const effect = report.state === 'previewed' && report.agreed && report.unbound === undefined ? report.effectDigest : undefined;
  const digest = planDigest(deps.sha256, effect === undefined ? plan : { ...plan, effect });
  await deps.trail.append('proposals', {
    id: `${identity.workflowId}/preview${round === undefined ? '' : `/${round}`}`,
    eventType: trailEvent.actionPreviewed,
    actionId: identity.workflowId,
    summary:
      report.state === 'previewed' ? `previewed; ${effect === undefined ? 'nothing is bound' : 'its effect is bound'}` : 'not previewable',
    data: { ...about(document), status: 'proposed', digest, ...facts(report, effect !== undefined) },
  });
  return {
    kind: 'recorded',
    ...(refused !== undefined && { refused }),
    ...(effect !== undefined && { bound: { effect, digest } }),
  } as const;
}
