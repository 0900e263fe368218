import { toSnakeCase } from '../text/visible.js';
import type { Playbook } from '../thinking/playbook.js';
import { actionTypeOf } from '../thinking/playbook.js';
import type { CatalogueEntry } from './catalogue.js';

/** A prompt has room for so many; the ones of higher priority stand in it. */
const offeredMax = 32;

/** No entry of `catalogue` may be called so. */
export const playbookEntryId = (playbookId: string) => `playbook:${playbookId}`;

const describe = ({ document, trigger }: Playbook) => {
  const when = trigger.map(({ metric, operator, literal }) => `${metric} ${operator}${literal}`).join(' and ');
  return `${document.name}. ${document.description === '' ? '' : `${document.description} `}(meant for ${when})`;
};

/**
 * Playbooks as actions that a model may choose, whole and with nothing to fill in: their steps as people wrote them, their own risk. What a model
 * chose is its proposal and not the playbook's: no approval beforehand counts for it.
 */
export function playbookEntries(playbooks: readonly Playbook[], now: Date): CatalogueEntry[] {
  return playbooks
    .filter(({ document: { expires_at: expires } }) => expires === undefined || new Date(expires) > now)
    .sort((a, b) => b.document.priority - a.document.priority)
    .slice(0, offeredMax)
    .map((playbook) => ({
      id: playbookEntryId(playbook.document.playbook_id),
      actionType: toSnakeCase(actionTypeOf(playbook.document)),
      description: describe(playbook),
      parameters: [],
      steps: playbook.steps,
      rollback: playbook.document.rollback,
      rollbackPlan: playbook.document.rollback_plan,
      networkDomains: [],
      risk: playbook.risk,
    }));
}
