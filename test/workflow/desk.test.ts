import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { effectDigest } from '../../src/domain/action/effect.js';
import type { Bench } from '../support/bench/bench.js';
import { openBench } from '../support/bench/bench.js';
import { aPreview, theEffect } from '../support/bench/fake-previewer.js';
import { attentively, decideAbout, openHeadlessDesk } from '../support/bench/headless-desk.js';
import { freshKnobs } from '../support/bench/knobs.js';
import { proposed, undoable } from '../support/bench/people.js';
import { waitingSigned } from '../support/bench/signed-people.js';
import { signedApprovals, signingPerson, twoOfTrinity } from '../support/proposals/approvals.js';
import { sha256 } from '../support/proposals/proposals.js';

let bench: Bench;
beforeAll(async () => {
  bench = await openBench();
});
beforeEach(() => {
  Object.assign(bench.knobs, freshKnobs());
});
afterAll(() => bench.close());

const deskOf = (by: string, canAsk?: boolean) => openHeadlessDesk(bench, { by }, canAsk);
const high = { ...undoable('exit 0'), action_type: 'system_config', risk_level: 'high' } as const;

describe('a desk without a terminal (spec A1)', () => {
  it('approves exactly what it showed, and waits for the end', async () => {
    const handle = await proposed(bench, bench.document('exit 0'));
    const desk = deskOf('ana');
    const shown = desk.show(await desk.load(handle.workflowId));
    expect(shown).toMatchObject({ risk: 'low', digest: await bench.digest(handle.workflowId) });
    const answer = await decideAbout(desk, shown, { decision: 'approve', consent: attentively(shown), consideredSeconds: 41 });
    expect(answer).toMatchObject({ kind: 'accepted', status: 'approved', message: { by: 'ana', digest: shown.digest } });
    expect(await desk.outcome(handle.workflowId)).toMatchObject({ status: 'completed', decidedBy: 'ana', exitCode: 0 });
    await bench.ended(handle);
    const after = await desk.load(handle.workflowId);
    expect(after.decisions).toMatchObject([{ kind: 'approve', by: 'ana', consideredSeconds: 41 }]);
    expect(desk.show(after).sections.map(({ kind }) => kind)).toEqual(expect.arrayContaining(['will_run', 'now', 'results', 'messages']));
  });

  it('rejects; who comes second learns who was first, also when it has ended', async () => {
    const handle = await proposed(bench, bench.document('exit 0'));
    const [ana, bo] = [deskOf('ana'), deskOf('bo')];
    const shown = bo.show(await bo.load(handle.workflowId));
    const rejection = await ana.composeAbout(handle.workflowId, { decision: 'reject', reason: 'not on a Friday' });
    expect(await ana.send(rejection)).toMatchObject({ kind: 'accepted', status: 'rejected' });
    await bench.ended(handle);
    expect(await decideAbout(bo, shown, { decision: 'approve', consent: attentively(shown) })).toMatchObject({
      kind: 'refused',
      code: 'LATE',
      fault: 'conflict',
      status: 'rejected',
      first: { kind: 'reject', by: 'ana' },
    });
  });

  it('signs what it showed, with the signer that it was given (spec A3)', async () => {
    bench.knobs.approvals = signedApprovals;
    const { handle } = await waitingSigned(bench);
    const [claim, ana] = [deskOf('ana'), openHeadlessDesk(bench, signingPerson('ana'))];
    const shown = ana.show(await ana.load(handle.workflowId));
    const draft = { decision: 'approve', consent: attentively(shown) } as const;
    expect(await decideAbout(claim, shown, draft)).toMatchObject({ code: 'SIGNATURE_REQUIRED', fault: 'not_permitted' });
    expect(await decideAbout(ana, shown, draft)).toMatchObject({ kind: 'accepted', message: { digest: shown.digest } });
    await bench.ended(handle);
    expect((await bench.records(handle.workflowId))[2]).toMatchObject({ event_type: 'action_approved', assurance: 'signed' });
  });

  it('leaves a message with the server, where it waits for a worker', async () => {
    const handle = await proposed(bench, bench.document('exit 0'));
    const desk = deskOf('ana');
    const shown = desk.show(await desk.load(handle.workflowId));
    const said = await desk.compose(shown, { decision: 'approve', consent: attentively(shown) });
    if (said.kind === 'refused') throw new Error(said.why);
    await desk.post(said);
    expect(await desk.outcome(handle.workflowId)).toMatchObject({ status: 'completed', decidedBy: 'ana' });
    await bench.ended(handle);
  });
});

describe('consent that is none (spec U2)', () => {
  it.each([
    {
      name: 'medium risk that was not read to its end',
      change: undoable('exit 0'),
      consent: { how: 'asked', readToEnd: false },
      code: 'NOT_READ',
    },
    { name: 'high risk without the letters', change: high, consent: { how: 'asked', readToEnd: true, typed: 'abcd' }, code: 'NOT_TYPED' },
    { name: 'a person who was there and was not asked', change: {}, consent: { how: 'unasked' }, code: 'NOT_ASKED' },
    { name: 'other digits than those displayed', change: {}, consent: { how: 'unasked', named: '00000000' }, code: 'OTHER_DIGEST' },
  ] as const)('$name: nothing is sent', async ({ change, consent, code }) => {
    const handle = await proposed(bench, bench.document('exit 0', change));
    const desk = deskOf('ana');
    const shown = desk.show(await desk.load(handle.workflowId));
    expect(await decideAbout(desk, shown, { decision: 'approve', consent })).toMatchObject({ kind: 'refused', code, status: 'proposed' });
    expect(await desk.load(handle.workflowId)).toMatchObject({ status: 'proposed', messages: 0 });
    await desk.send(await desk.composeAbout(handle.workflowId, { decision: 'reject', reason: 'the test is over' }));
    await bench.ended(handle);
  });

  it('high risk starts once the letters were typed', async () => {
    const handle = await proposed(bench, bench.document('exit 0', high));
    const desk = deskOf('ana');
    const shown = desk.show(await desk.load(handle.workflowId));
    expect(await decideAbout(desk, shown, { decision: 'approve', consent: attentively(shown) })).toMatchObject({ kind: 'accepted' });
    await bench.ended(handle);
  });
});

it('what changed since it was shown is not approved by the old digest (spec P5)', async () => {
  bench.knobs.approvals = twoOfTrinity;
  const digest = effectDigest(sha256, theEffect);
  bench.knobs.preview = () => Promise.resolve(aPreview({ effectDigest: digest }));
  bench.knobs.stagedEffect = digest;
  const { handle } = await waitingSigned(bench);
  const [claude, codex] = ['claude', 'codex'].map((by) => openHeadlessDesk(bench, signingPerson(by)));
  if (claude === undefined || codex === undefined) throw new Error('two people');
  const before = claude.show(await claude.load(handle.workflowId));
  expect(await decideAbout(codex, before, { decision: 'preview' })).toMatchObject({ kind: 'accepted' });
  expect(await decideAbout(claude, before, { decision: 'approve', consent: attentively(before) })).toMatchObject({
    kind: 'refused',
    code: 'DIGEST_MISMATCH',
    fault: 'conflict',
    status: 'proposed',
  });
  const after = claude.show(await claude.load(handle.workflowId));
  expect([after.digest === before.digest, after.sections.map(({ kind }) => kind).includes('preview')]).toEqual([false, true]);
  for (const desk of [claude, codex])
    expect(await decideAbout(desk, after, { decision: 'approve', consent: attentively(after) })).toMatchObject({ kind: 'accepted' });
  await bench.ended(handle);
});
