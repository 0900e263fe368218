import { day } from '../../../src/domain/modes/settings.js';
import type { EntryOf } from '../../../src/domain/trail/records.js';
import { openTrail } from '../trail/trails.js';
import { dayOne } from './trails.js';

let ids = 0;

/** Lives on a real trail, under a clock of its own. */
export function lifeIn(folder: string, start = dayOne) {
  const clock = { now: new Date(start) };
  const { trail } = openTrail(folder, { clock: () => clock.now });
  const write = (log: 'mission_log' | 'proposals', eventType: string, data: object, id: string, actionId?: string) =>
    trail.append(log, { id, eventType, summary: 'a test', data, ...(actionId !== undefined && { actionId }) } as never);
  const proposed = (actionId: string): EntryOf<'proposals'> =>
    ({
      id: `${actionId}/review`,
      actionId,
      eventType: 'action_proposed',
      summary: 'x',
      data: { proposer_assurance: 'brain', action_type: 'clean_up' },
    }) as never;
  return {
    clock,
    write,
    async cycles(days: number) {
      for (let each = 0; each <= days; each += 1) {
        await write('mission_log', 'thinking_cycle', {}, `cycle/${clock.now.getTime()}`);
        if (each < days) clock.now = new Date(clock.now.getTime() + day);
      }
    },
    async decide(approved: number, rejected = 0) {
      const entries = Array.from({ length: approved + rejected }, (_, each): EntryOf<'proposals'>[] => {
        const actionId = `janus-${String((ids += 1)).padStart(12, '0')}`;
        const end =
          each < approved
            ? { id: `${actionId}/approved`, eventType: 'action_approved', data: { assurance: 'signed', approved_by: ['ana'] } }
            : { id: `${actionId}/end`, eventType: 'action_rejected', data: { decided_by: 'ana', assurance: 'signed' } };
        return [proposed(actionId), { actionId, summary: 'x', ...end } as never];
      });
      const [last, ...others] = entries.flat().reverse();
      if (last !== undefined) await trail.append('proposals', ...others.reverse(), last);
    },
    async ranAlone() {
      const actionId = `janus-${String((ids += 1)).padStart(12, '0')}`;
      await trail.append('proposals', proposed(actionId));
      await write(
        'proposals',
        'action_approved',
        { assurance: 'mode', approved_by: ['mode:beta'], action_type: 'clean_up' },
        `${actionId}/approved`,
        actionId,
      );
      return actionId;
    },
  };
}
