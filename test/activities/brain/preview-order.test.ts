import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { PreviewReport } from '../../../src/domain/action/effect.js';
import { planDigest } from '../../../src/domain/action/digests.js';
import type { BrainBench } from '../../support/vessel/brains.js';
import { answerOf, identityOf, openBrain } from '../../support/vessel/brains.js';
import { aPreview } from '../../support/bench/fake-previewer.js';
import { useFolders } from '../../support/folders.js';
import { aDocument, aTool, sha256 } from '../../support/proposals/proposals.js';
import { toNotification } from '../../../src/domain/trail/notification.js';
import { closeTrails, recordsIn } from '../../support/trail/trails.js';

const folder = useFolders();
afterEach(closeTrails);

let here: string;
let brain: BrainBench;
beforeEach(() => {
  here = folder();
  brain = openBrain(here, { rules: { previewByRisk: { low: true } } });
});

describe('who gets a preview (spec X7)', () => {
  it('is decided by the policy for the risk: the review gives a permit for it, always the same', async () => {
    const first = await brain.review();
    expect(first).toMatchObject({ preview: { host: 'here', permitSeconds: 600, permit: { expires: '2026-01-02T03:14:05.678Z' } } });
    brain.circumstances.now = new Date('2026-01-02T09:00:00.000Z');
    expect(await openBrain(here, { rules: { previewByRisk: { low: true } } }).review()).toMatchObject({
      preview: (first as { preview: object }).preview,
    });
  });

  it('is on record before it has ended, so that nobody is told a digest which no approval may name (spec A5)', async () => {
    await brain.review();
    const quiet = openBrain(folder());
    await quiet.review();
    const told = (file: string) => recordsIn(file).map((record) => toNotification(record))[0];
    expect(recordsIn(brain.file)[0]).toMatchObject({ preview_follows: true, digest: expect.any(String) });
    expect(told(brain.file)).toMatchObject({ event: 'requested', review: expect.not.stringContaining('digest') });
    expect(told(brain.file)).not.toHaveProperty('digest');
    expect(told(brain.file)).not.toHaveProperty('digest_words');
    expect(recordsIn(quiet.file)[0]).not.toHaveProperty('preview_follows');
    expect(told(quiet.file)).toHaveProperty('digest_words');
  });

  it('nobody, where neither policy nor proposer ask', async () => {
    expect(await openBrain(here, { rules: { previewByRisk: { high: true } } }).review()).not.toHaveProperty('preview');
  });

  it('who asks, but not a thinking cycle: it would run things at its own request before any person saw them', async () => {
    const quiet = openBrain(here);
    const document = aDocument({ preview: true });
    const identity = identityOf(document.proposal_id);
    expect(await quiet.reviewProposal({ identity: { ...identity, parentId: 'janus-test-thinking-cycle-1' }, document })).not.toHaveProperty(
      'preview',
    );
    expect(await openBrain(folder()).review({ preview: true })).toMatchObject({ preview: { host: 'here' } });
  });

  it.each([
    ['a dry run', { dryRun: true }, {}, 'dry_run_mode'],
    ['the network', {}, { tool_name: 'curl', network_domains: ['github.com'] }, 'network'],
    [
      'an irreversible tool',
      { tools: [aTool({ reversible: false })] },
      { risk_level: 'medium', rollback_plan: 'Put it back', rollback: [{ tool_name: 'shell', tool_args: ['true'] }] },
      'irreversible',
    ],
  ] as const)('nobody for %s, with the reason', async (_, context, change, why) => {
    const asked = openBrain(folder(), { rules: { previewByRisk: { low: true, medium: true } } });
    asked.circumstances.context = context;
    expect(await asked.review(change as never)).toMatchObject({ preview: { why: expect.stringContaining(why) } });
  });
});

describe('recordPreview', () => {
  const recorded = async (report: PreviewReport) => {
    const { document, plan, identity, digest } = await brain.passed();
    const answer = await brain.recordPreview({ identity, document, plan, found: answerOf(plan, { act: 'preview', answer: report }) });
    return { answer, plan, digest, record: recordsIn(brain.file).at(-1) };
  };

  it('binds an effect that two runs agreed on: it is in the digest that people approve', async () => {
    const { answer, plan, digest, record } = await recorded(aPreview());
    const effect = 'ef'.repeat(32);
    expect(answer).toEqual({ kind: 'recorded', bound: { effect, digest: planDigest(sha256, { ...plan, effect }) } });
    expect(answer).not.toMatchObject({ bound: { digest } });
    expect(record).toMatchObject({ event_type: 'action_previewed', effect_digest: effect, bound: true, changes: 1, agreed: true });
  });

  it.each<[string, PreviewReport]>([
    ['two runs that do not agree', aPreview({ agreed: false })],
    ['an effect that cannot be bound', aPreview({ unbound: 'it writes to a granted folder' })],
    ['no preview', { state: 'not_previewable', why: 'it uses the network' }],
  ])('binds nothing to %s', async (_, report) => {
    const { answer, record } = await recorded(report);
    expect(answer).toEqual({ kind: 'recorded' });
    expect(record).toMatchObject({ event_type: 'action_previewed' });
  });

  it('does not change what counts as in flight', async () => {
    await recorded(aPreview());
    expect(await brain.review({ proposal_id: 'janus-00000000000f' })).toMatchObject({ kind: 'refused' });
  });

  it('is answered again after a crash, with one line', async () => {
    const { document, plan, identity } = await brain.passed();
    const answers = [1, 2].map(() =>
      brain.recordPreview({ identity, document, plan, found: answerOf(plan, { act: 'preview', answer: aPreview() }) }),
    );
    const [one, two] = await Promise.all(answers);
    expect(one).toEqual(two);
    expect(recordsIn(brain.file).filter(({ event_type: type }) => type === 'action_previewed')).toHaveLength(1);
  });
});

describe('authoriseStart with a bound effect', () => {
  it('looks at the plan with its effect: an approval of the bare plan starts nothing', async () => {
    const { document, plan, identity, digest } = await brain.passed();
    const answer = await brain.recordPreview({ identity, document, plan, found: answerOf(plan, { act: 'preview', answer: aPreview() }) });
    if (answer.kind !== 'recorded' || answer.bound === undefined) throw new Error('not bound');
    const { bound } = answer;
    const request = {
      identity,
      document,
      decidedAt: '2026-01-02T04:00:00.000Z',
      attempt: 0,
      verdict: 1,
      plan: { ...plan, effect: bound.effect },
    };
    const approve = (sent: string) => [{ kind: 'approve', by: 'ana', digest: sent }] as const;
    expect(await brain.authoriseStart({ ...request, digest: bound.digest, decisions: approve(digest) })).toMatchObject({ kind: 'stale' });
    expect(await brain.authoriseStart({ ...request, digest, decisions: approve(digest) })).toMatchObject({ kind: 'stale' });
    expect(await brain.authoriseStart({ ...request, digest: bound.digest, decisions: approve(bound.digest) })).toMatchObject({
      kind: 'authorised',
    });
  });
});
