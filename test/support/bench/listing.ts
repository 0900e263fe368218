import { proposalLabels } from '../../../src/contract/labels.js';
import { proposalAttributes } from '../../../src/contract/search-attributes.js';
import { actionKey } from '../../../src/domain/action/digests.js';
import type { ProposalDocument } from '../../../src/domain/action/proposal.schema.js';
import { parseProposal } from '../../../src/domain/action/proposal.schema.js';
import { sha256 } from '../proposals/proposals.js';

/** As every starter of Janus says it in lists. */
export function listing(document: ProposalDocument, deadline: Date) {
  let key = 'unreadable';
  try {
    key = actionKey(sha256, parseProposal(document));
  } catch {
    // A foreign client proposes what it likes.
  }
  return proposalAttributes({ document, source: 'person', actionKey: key, deadline });
}

/** What it writes on it for people; nothing where it is no proposal. */
export function labelsOf(document: ProposalDocument) {
  try {
    return proposalLabels(document);
  } catch {
    return {};
  }
}
