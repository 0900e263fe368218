import { CancellationScope, defineQuery, setHandler } from '@temporalio/workflow';
import type { ProposalView } from '../../contract/messages.js';
import { queryNames } from '../../contract/names.js';
import type { ProposalDocument } from '../../domain/action/proposal.schema.js';
import { temporalCancel } from '../../domain/approval/decision.js';
import type { SnakeKeys } from '../../domain/text/key-case.js';
import { snakeKeys } from '../../domain/text/key-case.js';
import { showDetailsOf } from '../details.js';
import type { ProposalState } from './state.js';
import { openState } from './state.js';
import { detailsOf, viewOf } from './view.js';

/** Everything that must listen before the workflow's first await: messages, the query, and Temporal's own cancellation as one more message. */
export function openProposal(document: ProposalDocument): ProposalState {
  const state = openState(document);
  showDetailsOf(() => detailsOf(state));
  setHandler(defineQuery<SnakeKeys<ProposalView>>(queryNames.status), () => snakeKeys(viewOf(state)), {
    description: 'Everything about this proposal, as it is shown to people.',
  });
  CancellationScope.current().cancelRequested.catch(() => {
    state.inbox.deliver({ kind: 'cancel', by: temporalCancel });
  });
  return state;
}
