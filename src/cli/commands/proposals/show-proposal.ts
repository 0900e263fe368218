import { sectionsOf } from '../../../client/deciding/shown.js';
import type { ProposalView } from '../../../contract/messages.js';
import { sectionsText } from '../../../domain/review/text.js';
import { snakeKeys } from '../../../domain/text/key-case.js';
import type { Context } from '../../command.js';
import { jsonObjects } from '../../schemas/json-objects.js';
import { layoutOf } from '../../terminal/layout.js';

/** The view in the words of files and logs. */
export const proposalJson = jsonObjects(({ proposal }) => ({ proposal }));

export function writeView({ schema: _schema, ...view }: ProposalView, context: Context): void {
  proposalJson.write(context.stdout, 'proposal', snakeKeys(view));
}

/** The review, then what has happened so far; for the width of the terminal. */
export function renderView(view: ProposalView, context: Context): string {
  return `${sectionsText(sectionsOf(view, context.now()), layoutOf(context))}\n`;
}
