import type { MalformedOrder, Order } from '../../../domain/approval/order.js';
import type { Restored } from '../../../domain/backup/restored.js';
import { isHigher } from '../../../domain/modes/mode.js';
import { unknownToWorkflow } from '../../../domain/modes/view.js';
import { shorten } from '../../../domain/text/visible.js';
import { trailEvent } from '../../../domain/trail/events.js';
import type { BrainDependencies } from '../dependencies.js';
import { changeEntry } from '../mode/change.js';
import { viewNow } from '../mode/mode-now.js';
import type { Consent } from './consent.js';
import { consentTo } from './consent.js';
import type { Judging, Verdict } from './signed.js';
import { accepted, refused } from './signed.js';

type Given = Extract<Consent, { readonly kind: 'given' }>;

async function goOn(deps: BrainDependencies, { order, receivedAt }: Judging, restored: Restored, { voices }: Given): Promise<Verdict> {
  const logs = await deps.restore.verified();
  const assurance = voices.every(({ key }) => key !== undefined) ? ('signed' as const) : ('unsigned' as const);
  const { id, backup, takenAt, setAside, folder } = restored;
  await deps.trail.decide('mission_log', () => {
    const view = viewNow(deps);
    const why = `the backup of ${takenAt} was put back`;
    return [
      {
        id: `restored/${id}`,
        eventType: trailEvent.vesselRestored,
        summary: shorten(`goes on from the backup of ${takenAt}, by ${order.by}: ${order.reason}`, 400),
        data: {
          ...{ by: order.by, reason: order.reason, assurance, orders: voices, received_at: receivedAt },
          ...{ restore: id, backup, taken_at: takenAt, folder, set_aside: setAside.slice(0, 200), logs },
        },
      },
      ...(isHigher(view.recorded, 'alpha') ? [changeEntry(deps, view, { to: 'alpha', rule: unknownToWorkflow, why })] : []),
    ];
  });
  await deps.restore.acknowledged();
  return accepted;
}

/** The one order that counts while the vessel stands after a restore: that it goes on from there, in alpha. Signed where keys exist. */
export async function judgeRestored(deps: BrainDependencies, judging: Judging, restored: Restored): Promise<Verdict> {
  const { order, id, receivedAt } = judging;
  if (order.of !== restored.id)
    return refused('NOT_CURRENT', `it is about ${String(order.of).slice(0, 60)}; what was put back is ${restored.id}`);
  const consent = await consentTo(deps, order, deps.standing.snapshot());
  if (consent.kind === 'refused') return refused(consent.code, consent.why);
  if (consent.kind === 'given') return goOn(deps, judging, restored, consent);
  await deps.trail.append('mission_log', {
    id: `order/${id}`,
    eventType: trailEvent.controlOrderGiven,
    summary: shorten(`goes on from ${restored.id}, by ${order.by}: ${consent.progress}`, 400),
    data: {
      ...consent.voice,
      ...{ order: order.kind, of: restored.id, limit: null, reason: order.reason, progress: consent.progress, received_at: receivedAt },
    },
  });
  return { accepted: true, code: 'AWAITS_OTHERS', why: consent.progress };
}

export const isAboutRestore = (order: Order | MalformedOrder): boolean => 'kind' in order && order.kind === 'acknowledge_restore';
