import type { MissionView } from '../model/context.js';
import { toSnakeCase, visible } from '../text/visible.js';
import type { MissionFile } from './playbook.schema.js';

/** The active missions as a model is shown them, the more important first; what is over, or reached, is none. */
export function missionViews(file: MissionFile | undefined): MissionView[] {
  const active = (file?.missions ?? []).filter((mission) => mission.active);
  return [...active]
    .sort((a, b) => b.priority - a.priority)
    .map(({ id, title, objective, priority, allowed_action_types: types }) => ({
      ...{ id, title: visible(title), objective: visible(objective), priority },
      ...(types !== undefined && { allowedActionTypes: types.map(toSnakeCase) }),
    }));
}
