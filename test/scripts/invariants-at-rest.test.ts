import { describe, expect, it } from '@jest/globals';
import { createStartLedger } from '../../src/adapters/ledger/create-start-ledger.js';
import type { ProposalOutcome } from '../../src/contract/messages.js';
import type { SnakeKeys } from '../../src/domain/text/key-case.js';
import type { AuditRecord } from '../../src/domain/trail/records.js';
import { useFolders } from '../support/folders.js';
import type { Fields, HistoryFacts } from '../support/vessel/histories.js';
import type { Promised } from '../support/trail/invariants-at-rest.js';
import { findingsAbout } from '../support/trail/invariants-at-rest.js';
import { aRecord } from '../support/trail/records.js';
import type { Effect } from '../support/torture/ground-truth.js';

const folder = useFolders();
const id = 'janus-000000000001';
const digest = 'd1';
const outcome = (status: ProposalOutcome['status']): SnakeKeys<ProposalOutcome> => ({
  proposal_id: id,
  status,
  reason: 'so',
  ended_at: '2026-01-02T00:09:00Z',
});
const leaf = 'ab'.repeat(32);
const start = { by: 'authoriseStart', log: 'proposals', seq: 2, leaf: leaf.slice(0, 16) };

/** A proposal that completed, as the server has it. */
const facts = (change: Partial<HistoryFacts> = {}): HistoryFacts => ({
  id,
  status: 'COMPLETED',
  outcome: outcome('completed'),
  signals: 1,
  receipts: [start],
  local: new Map<string, Fields[]>([
    ['reviewProposal', [{ kind: 'passed' }]],
    ['authoriseStart', [{ kind: 'authorised' }]],
    ['recordResult', [{ kind: 'recorded' }]],
  ]),
  remote: new Map<string, Fields[]>([['executeAction', [{ answer: { state: 'finished', steps: [{}] } }]]]),
  ...change,
});
/** The same in the trail. */
const life = () => [
  aRecord(0, 'action_proposed', { id: `${id}/review`, digest }),
  aRecord(1, 'action_approved', { id: `${id}/approved`, digest }),
  aRecord(2, 'start_authorised', { id: `${id}/start/1`, digest }),
  aRecord(6, 'action_completed', { id: `${id}/result`, digest }),
];
const end = (status: string) => aRecord(7, `action_${status}`, { id: `${id}/end` });
const effects = (...names: readonly string[]): Effect[] =>
  names.flatMap((name) => (['begin', 'end'] as const).map((what) => ({ what, id, name, at: 0, nonce: name })));

interface Case {
  readonly facts?: Partial<HistoryFacts>;
  readonly records?: readonly AuditRecord[];
  readonly tools?: readonly AuditRecord[];
  readonly effects?: readonly Effect[];
  readonly promised?: Partial<Promised>;
  readonly claimed?: string;
}

async function findings({ facts: change, records = life(), tools = [aRecord(5, 'tool_use')], promised, claimed = digest, ...rest }: Case) {
  const ledger = folder();
  await createStartLedger({ folder: ledger }).claim(id, { digest: claimed, permit: 'permit' });
  const trail = {
    problems: [],
    records: [],
    leaves: new Map([['proposals/2', leaf]]),
    byId: new Map([[id, records]]),
    tools: new Map([[id, tools]]),
  };
  return findingsAbout({ paths: { ledger } }, facts(change), {
    trail,
    effects: rest.effects ?? effects('step-0'),
    promised: { steps: 1, signals: 1, rejectionAccepted: false, ...promised },
  });
}
const ended = (status: ProposalOutcome['status']): Case => ({
  facts: { outcome: outcome(status), local: new Map([...facts().local, ['recordEnd', [{ kind: 'recorded' }]]]) },
  records: [...life().slice(0, 3), end(status)],
});

describe('the oracle, once all has ended (spec Q4)', () => {
  it('finds nothing in a life as it should be', async () => {
    expect(await findings({})).toEqual([]);
  });

  it.each<[string, string, Case]>([
    ['a proposal that goes on', 'I11', { facts: { status: 'RUNNING', outcome: undefined } }],
    ['two last lines', 'I3', { records: [...life(), end('failed')] }],
    ['no last line', 'I3', { records: life().slice(0, 3) }],
    ['another word for the end', 'I3', { facts: { outcome: outcome('failed') } }],
    ['a receipt of a record that is another', 'I12', { facts: { receipts: [{ ...start, leaf: 'cd'.repeat(8) }] } }],
    ['a receipt of a record that is gone', 'I12', { facts: { receipts: [start, { ...start, seq: 9 }] } }],
    ['a result that only the history knows', 'I5', { records: life().filter((record) => !record.id.endsWith('/result')) }],
    [
      'a result that only the trail knows',
      'I5',
      { facts: { local: new Map([...facts().local].filter(([type]) => type !== 'recordResult')) } },
    ],
    ['a start that no permit names', 'I5', { records: [...life(), aRecord(8, 'start_authorised', { id: `${id}/start/2` })] }],
    ['an event that nothing explains', 'I5', { records: [...life(), aRecord(4, 'deadline_extended', { id: `${id}/extended/1` })] }],
    ['a command without its line', 'I5', { tools: [] }],
    ['one that completed and was undone', 'I10', { effects: effects('step-0', 'undo-0') }],
    ['one that completed and did not run', 'I10', { effects: [] }],
    ['one that was rolled back by nothing', 'I10', ended('rolled_back')],
    ['one that was rejected and ran', 'I1', ended('rejected')],
    ['a signal that was acknowledged and lost', 'I12', { promised: { signals: 2 } }],
    ['a rejection that counted for nothing', 'I12', { promised: { rejectionAccepted: true } }],
    ['a claim of something else', 'I1', { claimed: 'd2' }],
  ])('finds %s', async (_, invariant, what) => {
    expect((await findings(what)).join('\n')).toMatch(new RegExp(`^${invariant}: `, 'm'));
  });
});
