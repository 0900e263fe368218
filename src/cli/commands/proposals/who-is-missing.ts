import type { ListedProposal } from '../../../client/listing.js';
import type { ProposalClient } from '../../../client/proposals.js';

/** So many are asked who is missing: a list costs no more than that, however long it is. */
const askedMax = 20;

/** How far it has come; nothing where it only waits for whoever comes, as everything does where persons are not told apart. */
export function progressIn(needs: string): string {
  return / \d+ of \d+/.test(needs) ? needs : '';
}

/** The proposal's own word on who is missing; what the list knows where it does not answer. */
export async function whoIsMissing(proposals: ProposalClient, { proposalId: id, needs }: ListedProposal): Promise<string> {
  if (progressIn(needs) === '') return needs;
  try {
    const view = await proposals.view(id);
    return view.status === 'proposed' ? (view.needs ?? needs) : needs;
  } catch {
    return needs;
  }
}

/** The same list, with names for those that wait for several. */
export async function withMissing(proposals: ProposalClient, listed: readonly ListedProposal[]): Promise<ListedProposal[]> {
  const asked = new Set(listed.filter(({ needs }) => progressIn(needs) !== '').slice(0, askedMax));
  return Promise.all(listed.map(async (each) => (asked.has(each) ? { ...each, needs: await whoIsMissing(proposals, each) } : each)));
}
