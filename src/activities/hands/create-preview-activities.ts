import type { PreviewActivities } from '../../contract/hands.js';
import type { PreviewReport } from '../../domain/action/effect.js';
import { historyRoom, trimEffect } from '../../domain/action/effect.js';
import { permitDigest } from '../../domain/action/permit.js';
import { answered } from './answering.js';
import type { HandsDependencies } from './dependencies.js';
import { assertFloor } from './floor.js';
import { enterWithin } from './gate.js';
import { joinOrStart } from './under-way.js';
import type { PresentedStart } from './start-request.js';
import { assertSameProfile, untilExpiry } from './start-request.js';
import { withHeartbeat } from '../shared/heartbeat.js';

const notPreviewable = (why: string): PreviewReport => ({ state: 'not_previewable', why });

async function previewOnce(deps: HandsDependencies, { permit, plan }: PresentedStart, signal: AbortSignal): Promise<PreviewReport> {
  assertSameProfile(deps, plan);
  if (new Date(permit.expiresAt) <= deps.now()) return notPreviewable(`its permit expired at ${permit.expiresAt}`);
  assertFloor(deps, plan);
  if (plan.dryRun) return notPreviewable('it is a dry run');
  const needs = { of: plan.proposalId, memoryMb: plan.limits.memoryMb, network: [] };
  const place = await enterWithin(deps.gates.previews, needs, untilExpiry(deps, permit), signal);
  if (place === undefined) {
    // The wait at the gate was cut short.
    if (signal.aborted) throw signal.reason;
    return notPreviewable('no slot became free before its permit expired');
  }
  if ('held' in place) return notPreviewable(place.held);
  try {
    const emergency = await deps.emergencyStop();
    if (emergency !== undefined) return notPreviewable(emergency);
    const report = await deps.halting.during(signal, (ending) => deps.previewer.preview(plan, ending));
    // What it shows may be no more than that it was ended.
    const halted = await deps.halting.seen();
    if (halted !== undefined) return notPreviewable(halted.words);
    return report.state === 'previewed' ? { ...report, effect: trimEffect(report.effect, historyRoom) } : report;
  } finally {
    place.leave();
  }
}

/** Needs a permit for a preview, and takes its place at a gate of its own; leaves no entry in the ledger. */
export function createPreviewActivities(deps: HandsDependencies): PreviewActivities {
  /** One at a time for each permit, however often it is asked for. */
  const underWay = new Map<string, Promise<PreviewReport>>();
  return {
    previewAction: (request) =>
      withHeartbeat(({ signal }) =>
        answered(deps, request, {
          act: 'preview',
          purpose: 'preview',
          work: (start) => joinOrStart(underWay, permitDigest(deps.sha256, start.permit), () => previewOnce(deps, start, signal)),
          refused: notPreviewable,
        }),
      ),
  };
}
