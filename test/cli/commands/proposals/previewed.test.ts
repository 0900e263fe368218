import { describe, expect, it } from '@jest/globals';
import { EXIT } from '../../../../src/cli/exit-codes.js';
import { printed } from '../../support/printed.js';
import type { ProposalView } from '../../../../src/contract/messages.js';
import { aClient } from '../../support/fake-client.js';
import { ubos } from '../../support/ubos.js';
import { id, previewedView } from '../../support/views.js';

const show = (view: ProposalView, line: string) => ubos(`${line} ${id}`, { client: aClient({ views: [view] }) });

describe('a previewed proposal (spec X7)', () => {
  it('is approved with the digest that covers the effect that is shown', async () => {
    expect(await show(previewedView(), 'approve')).toMatchObject({ code: EXIT.ok });
  });

  it.each<[string, (view: ProposalView) => ProposalView]>([
    ['another effect than the digest covers', (view) => ({ ...view, preview: previewedView({ changes: [] }).preview! })],
    ['no effect, though the digest covers one', ({ preview: _preview, ...view }) => view],
    ['a bound effect that the digest does not cover', (view) => ({ ...view, plan: withoutEffect(view) })],
  ])('that shows %s cannot be approved', async (_, change) => {
    const { code, stderr } = await show(change(previewedView()), 'approve');
    expect(code).not.toBe(EXIT.ok);
    expect(stderr).toContain('do not approve');
  });

  it('--json holds the preview, in the words of files', async () => {
    const { stdout } = await show(previewedView(), 'proposals show --json');
    expect(printed(stdout, 'proposal')).toMatchObject({ preview: { bound: true, report: { agreed: true } } });
  });
});

function withoutEffect({ plan }: ProposalView): NonNullable<ProposalView['plan']> {
  if (plan === undefined) throw new TypeError('a view has a plan');
  const { effect: _effect, ...bare } = plan;
  return bare;
}
