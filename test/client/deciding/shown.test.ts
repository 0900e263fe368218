import { describe, expect, it } from '@jest/globals';
import { show } from '../../../src/client/deciding/shown.js';
import type { ProposalView } from '../../../src/contract/messages.js';
import { aView, highRisk, now, previewedView } from '../../cli/support/views.js';

const view = aView();

describe('what is shown (spec P5)', () => {
  it('has the digest that is computed over it, its risk, and its sections', () => {
    const shown = show(aView({ document: highRisk }), now);
    expect(shown).toMatchObject({ risk: 'high', digest: aView({ document: highRisk }).digest });
    expect(shown.sections[0]?.kind).toBe('header');
    expect(show(previewedView(), now).sections.map(({ kind }) => kind)).toContain('preview');
  });

  const { preview, ...withoutPreview } = previewedView();
  it.each<[string, ProposalView, string]>([
    ['no plan', aView({ plan: undefined, status: 'draft' }), 'no plan to decide about: it is draft'],
    ['another digest', aView({ digest: 'f'.repeat(64) }), 'is not the one that the worker names'],
    ['another plan', aView({ plan: { ...view.plan!, dryRun: true } }), 'is not the one that the worker names'],
    ['the plan of another proposal', { ...view, proposalId: 'janus-ffffffffffff' }, 'is the plan of another proposal'],
    ['a bound effect that is not shown', withoutPreview, 'the effect that is shown is not the one'],
    ['an effect that nothing binds', { ...view, preview }, 'the effect that is shown is not the one'],
  ])('is refused with %s', (_, lie, words) => {
    expect(() => show(lie, now)).toThrow(expect.objectContaining({ code: 'CONFLICT', message: expect.stringContaining(words) }));
  });

  it('may be the plan that ran already, in the review of a broken glass', () => {
    expect(show({ ...view, proposalId: `${view.proposalId}-review` }, now).digest).toBe(view.digest);
  });
});
