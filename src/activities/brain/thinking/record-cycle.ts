import { closedCodes } from '../../../contract/cycle.js';
import type { ModelOutcome } from '../../../contract/cycle.js';
import type { ThinkingActivities } from '../../../contract/thinking.js';
import { shorten } from '../../../domain/text/visible.js';
import { trailEvent } from '../../../domain/trail/events.js';
import { isOwnVouched } from '../../shared/vouched.js';
import type { BrainDependencies } from '../dependencies.js';
import { isOwnRun, ownWordOf } from '../mission-records.js';

type CycleRequest = Parameters<ThinkingActivities['recordCycle']>[0];

/** One line holds so many of each; the histories have the rest. */
const listedMax = 50;
const matchedMax = 200;

const refused = (why: string) => ({ kind: 'refused', why }) as const;

/** The workflow's word, so only as a word that we know: what the model really did has records of its own. */
function modelWord(outcome: ModelOutcome | undefined): string | undefined {
  if (outcome === undefined) return undefined;
  if (outcome.kind === 'answered') return 'answered';
  if (outcome.kind === 'closed') return closedCodes.find((code) => code === outcome.code);
  return /^[a-z_]{1,32}$/.test(outcome.code) ? outcome.code : 'failed';
}

/** A thinking cycle: what was signed for this run, and which of its proposals are new (spec T1). A dry run has no line: it was no cycle. */
export async function recordCycle(deps: BrainDependencies, request: CycleRequest) {
  const { identity, input, gathered, plan, verified, model, started } = request;
  if (!isOwnRun(deps, 'thinkingCycle', { identity, input })) return refused('no Schedule of this vessel started it');
  const own = ownWordOf(deps);
  const isOwn =
    isOwnVouched(own, identity, 'gathered', gathered) &&
    isOwnVouched(own, identity, 'plan', plan) &&
    verified.every((each) => isOwnVouched(own, identity, 'verified', each));
  if (!isOwn) return refused('this vessel did not sign what was planned');
  const { skipped, idle, matched, proposals } = plan.found;
  const idsOf = (list: typeof proposals) => list.map(({ document }) => document.proposal_id);
  const chosen = verified.flatMap(({ found }) => idsOf(found.proposals));
  const planned = [...idsOf(proposals), ...chosen];
  const fresh = planned.filter((id) => started.includes(id));
  const duplicates = planned.filter((id) => !started.includes(id));
  const dropped = verified.flatMap(({ found }) => found.dropped.map(({ action, code, why }) => ({ ...(action && { action }), code, why })));
  const word = modelWord(model);
  const { metrics, context, reached } = gathered.found;
  const counts = `${fresh.length} proposed, ${duplicates.length} duplicate, ${skipped.length} skipped`;
  const receipt = await deps.trail.append('mission_log', {
    id: `cycle/${identity.firstRunId}`,
    eventType: trailEvent.thinkingCycle,
    summary: shorten(idle ?? (dropped.length === 0 ? counts : `${counts}, ${dropped.length} of the model dropped`), 400),
    data: {
      ...{ workflow_id: identity.workflowId, started: fresh, duplicates, skipped: skipped.slice(0, listedMax), metrics },
      ...(matched !== undefined && { matched: matched.slice(0, matchedMax) }),
      context_digest: context.digest,
      ...(word !== undefined && { model: word }),
      ...(chosen.length > 0 && { chosen_by_model: chosen }),
      ...(dropped.length > 0 && { dropped: dropped.slice(0, listedMax) }),
      ...(reached.length > 0 && { reached }),
    },
  });
  return { kind: 'recorded', receipt } as const;
}
