import { describe, expect, it } from '@jest/globals';
import { createDesk } from '../../../src/client/deciding/desk.js';
import type { DeskSettings } from '../../../src/client/deciding/desk.js';
import { proveProposer } from '../../../src/client/deciding/sign.js';
import type { DecisionDraft } from '../../../src/client/deciding/draft.js';
import type { ProposalClient } from '../../../src/client/proposals.js';
import { parseDecision } from '../../../src/domain/approval/decision.js';
import { matchStatement, parseStatement } from '../../../src/domain/approval/statement.js';
import type { FakeSettings } from '../../cli/support/fake-client.js';
import { aClient } from '../../cli/support/fake-client.js';
import { aView, id, now } from '../../cli/support/views.js';
import { signingPerson } from '../../support/proposals/approvals.js';

const view = aView();
const ana = signingPerson('ana');

function deskOf(change: Partial<DeskSettings> = {}, fake: FakeSettings = {}) {
  const proposals = aClient(fake);
  return { proposals, desk: createDesk({ proposals, person: ana, canAsk: true, now: () => now, ...change }) };
}

const reject = { decision: 'reject', reason: 'not now' } as const;

describe('what is signed at a desk (spec A3)', () => {
  it.each<DecisionDraft>([
    { decision: 'approve', consent: { how: 'asked', readToEnd: true }, reason: 'read' },
    { decision: 'preview' },
    reject,
    { decision: 'extend', extend: '12h' },
    { decision: 'resolve', outcome: 'failed', reason: 'seen' },
    { decision: 'withdraw' },
  ])('is exactly that: $decision', async (draft) => {
    const { desk } = deskOf();
    const said = await desk.compose(desk.show(view), { ...draft, consideredSeconds: 3 });
    if (said.kind === 'refused') throw new Error(said.why);
    const { decision, ...message } = said.message;
    expect(message).toMatchObject({ by: 'ana', proposal_id: id, digest: view.digest, considered_seconds: 3 });
    const [statement, parsed] = [parseStatement(message.statement), parseDecision(decision, JSON.parse(JSON.stringify(message)))];
    if ('malformed' in statement || 'malformed' in parsed) throw new Error(JSON.stringify([statement, parsed]));
    const expected = {
      ...parsed,
      ...{ vessel: 'janus-test', namespace: 'default', workflowId: id, firstRunId: view.firstRunId, proposalId: id },
      ...{ digest: view.digest ?? '', now: now.getTime(), deadline: Date.parse(view.deadline ?? ''), usedNonces: new Set<string>() },
    };
    expect(matchStatement(statement, expected)).toBeUndefined();
    expect(matchStatement(statement, { ...expected, kind: 'cancel' })).toMatchObject({ code: 'WRONG_DECISION' });
  });

  it('is not what another vessel, or another proposal, shows', async () => {
    const { desk } = deskOf({}, { change: { vessel: 'other' } });
    await expect(desk.composeAbout(id, reject)).rejects.toMatchObject({ code: 'CONFLICT', details: { answer: 'WRONG_VESSEL' } });
    const stranger = deskOf({}, { change: { view: async () => aView({ document: { proposal_id: 'janus-ffffffffffff' } }) } });
    await expect(stranger.desk.composeAbout(id, reject)).rejects.toMatchObject({ code: 'CONFLICT' });
  });

  it('is not what is no plan yet: a cancellation goes unsigned then', async () => {
    const { desk } = deskOf({}, { views: [aView({ status: 'draft', plan: undefined, digest: undefined })] });
    expect((await desk.composeAbout(id, { decision: 'cancel' })).message.signature).toBeUndefined();
  });

  it('is the document, for whoever proposes', async () => {
    const place = { vessel: 'janus-test', namespace: 'default', now };
    expect(await proveProposer({ by: 'ana' }, place, view.document)).toBeUndefined();
    expect(JSON.parse((await proveProposer(ana, place, view.document))?.statement ?? '{}')).toMatchObject({
      proposer: 'ana',
      proposal_id: id,
    });
  });
});

describe('a desk sends (spec A1)', () => {
  it('nothing while it shows and composes', async () => {
    const { desk, proposals } = deskOf();
    await desk.compose(desk.show(await desk.load(id)), { decision: 'approve', consent: { how: 'asked', readToEnd: true } });
    expect(proposals.sent).toEqual([]);
  });

  it('an unsigned decision about no plan without asking for the plan', async () => {
    const asked: string[] = [];
    const watched: Partial<ProposalClient> = { view: async (of) => (asked.push(of), view) };
    const { desk } = deskOf({ person: { by: 'bo' } }, { change: watched });
    const said = await desk.composeAbout(id, reject);
    expect([asked, said.message.digest]).toEqual([[], undefined]);
    expect(await desk.send(said)).toMatchObject({ kind: 'accepted', status: 'rejected' });
  });

  it.each([
    ['MALFORMED', 'malformed'],
    ['SELF_APPROVAL', 'not_permitted'],
    ['KEY_REVOKED', 'not_permitted'],
    ['DIGEST_MISMATCH', 'conflict'],
    ['NOT_WAITING', 'conflict'],
  ])('and says whose fault it is that nothing was done: %s is %s', async (code, fault) => {
    const decide = async () => ({ accepted: false, code, message: 'no', status: 'proposed' as const });
    const { desk } = deskOf({}, { change: { decide } });
    expect(await desk.send(await desk.composeAbout(id, reject))).toMatchObject({
      kind: 'refused',
      code,
      fault,
      why: 'no',
      first: undefined,
    });
  });
});
