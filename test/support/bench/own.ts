import type { ProposalDocument } from '../../../src/domain/action/proposal.schema.js';
import { day } from '../../../src/domain/modes/settings.js';
import { proposePlaybook } from '../../../src/domain/thinking/playbook.js';
import { aLife } from '../modes/trails.js';
import { aPlaybook } from '../proposals/playbooks.js';
import type { Bench, ProposalHandle } from './bench.js';
import { vessel } from './knobs.js';

/** A vessel that has earned this mode. */
export async function lives(bench: Bench, mode: 'beta' | 'omega'): Promise<void> {
  const now = await bench.server.now();
  const life = mode === 'beta' ? aLife(now - 30 * day) : aLife(now - 210 * day);
  if (mode === 'beta') life.toBeta();
  else life.toOmega();
  bench.knobs.life = life.trail();
}

/** Risk medium, and nothing to undo that a person would have to look at. */
export const undone: Pick<ProposalDocument, 'risk_level' | 'rollback_plan' | 'rollback'> = {
  risk_level: 'medium',
  rollback_plan: 'nothing is left',
  rollback: [{ tool_name: 'jq', tool_args: ['-n', '1'] }],
};

/** Proposed as the vessel's own thinking cycle proposes, up to its review. */
export async function own(bench: Bench, document: ProposalDocument): Promise<ProposalHandle> {
  const handle = await bench.propose(document, await bench.vouch(document));
  await bench.digest(document.proposal_id);
  return handle;
}

let rounds = 0;

/** One that the vessel's own cycle proposes for a playbook, which people approved with this content, or have edited since. */
export async function playbookFires(bench: Bench, isApproved = true): Promise<ProposalHandle> {
  rounds += 1;
  const playbook = aPlaybook({ action_sequence: [{ tool: 'shell', args: [`exit 0 # playbook ${rounds}`] }], ...undone });
  bench.knobs.playbook = async () =>
    isApproved
      ? { approved: true, by: 'ana', at: '2026-01-01T00:00:00.000Z', signed: true, playbook }
      : { approved: false, code: 'EDITED', why: 'edited since ana approved it' };
  const occasion = { timestamp: '2026-01-02T03:04:05.678Z', vesselId: vessel, metrics: {}, missions: undefined };
  return own(bench, proposePlaybook(playbook, { ...occasion, proposalId: bench.document('').proposal_id }));
}

/** A novel action of the vessel, without a script. */
export function novel(bench: Bench, change: Partial<ProposalDocument> = {}): Promise<ProposalHandle> {
  rounds += 1;
  return own(bench, bench.document('', { tool_name: 'jq', tool_args: ['-n', `"${rounds}"`], ...change }));
}
