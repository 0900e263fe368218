import type { ProposalView } from '../../../src/contract/messages.js';
import type { ProposalDocument } from '../../../src/domain/action/proposal.schema.js';
import { proposedBy } from '../proposals/approvals.js';
import type { Bench, ProposalHandle } from './bench.js';
import { proposed, undoable, untilStatus } from './people.js';

export interface Waiting {
  readonly handle: ProposalHandle;
  readonly view: ProposalView;
}

/** A medium risk that cleo, who decides nothing, proposed and signed; or it was refused already. */
export async function waitingSigned(bench: Bench, change: Partial<ProposalDocument> = {}, by = 'cleo'): Promise<Waiting> {
  const document = bench.document('exit 0', { ...undoable('exit 0'), ...change });
  const handle = await proposed(bench, document, proposedBy(by, document));
  return { handle, view: await untilStatus(bench, handle, 'proposed', 'rejected') };
}
