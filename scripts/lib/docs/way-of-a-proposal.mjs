/** Who does something on the way of a proposal, each with its rooms in the source. */
export const parts = [
  { name: 'People, playbooks', rooms: ['src/cli', 'src/client', 'src/adapters/playbooks'] },
  { name: 'Brain', rooms: ['src/workflows/proposal', 'src/activities/brain', 'src/domain/constitution'] },
  { name: 'Hands', rooms: ['src/activities/hands', 'src/adapters/sandbox', 'src/adapters/ledger'] },
];

/**
 * The way of one proposal: who, what, and the record of the trail without which it does not go on. `otherwise`: how it ends there instead.
 * `test/docs/pictures.test.ts` holds it against the list of events, `test/long/pages.test.ts` against the trail of one that was approved.
 */
export const way = [
  { part: 0, does: 'propose', how: 'what, why, how to undo it' },
  { part: 1, does: 'review', how: 'against the constitution', event: 'action_proposed', otherwise: ['action_refused'] },
  {
    part: 0,
    does: 'approve this digest',
    how: 'it waits, durably, for 24 hours',
    event: 'action_approved',
    otherwise: ['action_rejected', 'action_expired'],
  },
  { part: 1, does: 'permit the start', how: 'by the rules of that moment', event: 'start_authorised', otherwise: ['action_stale'] },
  { part: 2, does: 'run it, at most once', how: 'in bubblewrap, within its limits', event: 'tool_use', otherwise: [] },
  { part: 1, does: 'check the outcome', how: 'if not, hands roll it back', event: 'action_completed', otherwise: ['action_rolled_back'] },
];
