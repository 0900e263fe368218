import type { MissionView } from '../model/context.js';
import { toSnakeCase, visible } from '../text/visible.js';
import { trailEvent } from '../trail/events.js';
import type { Projection } from '../trail/projection.js';
import type { Metrics } from './metrics.js';
import type { MissionFile } from './playbook.schema.js';
import { evaluateTrigger, parseTrigger } from './trigger.js';

type Mission = MissionFile['missions'][number];

/** Ids of the missions that were reached once. Each is closed for good: whoever pursues the same again gives it another id. */
export type Reached = ReadonlySet<string>;

/** Of the mission log: what its cycles say of missions. */
export function createReached(): Projection<Reached> {
  let ids = new Set<string>();
  return {
    apply({ event_type: type, reached }) {
      if (type !== trailEvent.thinkingCycle || !Array.isArray(reached)) return;
      for (const id of reached) if (typeof id === 'string') ids.add(id);
    },
    forget: () => void (ids = new Set()),
    snapshot: () => ids,
  };
}

/** Whether what a mission calls its success holds: never by mistake, so not where one of its metrics could not be measured. */
export function isSuccess({ success }: Pick<Mission, 'success'>, metrics: Metrics): boolean {
  if (success === undefined) return false;
  const parsed = parseTrigger(success);
  return 'trigger' in parsed && evaluateTrigger(parsed.trigger, metrics) === 'match';
}

/** The file without what is switched off, over or closed. */
export function openMissions(file: MissionFile | undefined, closed: Reached, now: Date): MissionFile | undefined {
  const isOpen = ({ id, active, expires_at: expires }: Mission) =>
    active && !closed.has(id) && (expires === undefined || new Date(expires) > now);
  return file === undefined ? undefined : { ...file, missions: file.missions.filter(isOpen) };
}

/** Those of the open ones whose success holds now. */
export const reachedNow = (open: MissionFile | undefined, metrics: Metrics): readonly string[] =>
  (open?.missions ?? []).filter((mission) => isSuccess(mission, metrics)).map(({ id }) => id);

/** The open missions as a model is shown them, the more important first. */
export function missionViews(open: MissionFile | undefined): MissionView[] {
  return [...(open?.missions ?? [])]
    .sort((a, b) => b.priority - a.priority)
    .map(({ id, title, objective, priority, allowed_action_types: types }) => ({
      ...{ id, title: visible(title), objective: visible(objective), priority },
      ...(types !== undefined && { allowedActionTypes: types.map(toSnakeCase) }),
    }));
}
