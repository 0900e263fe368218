import { describe, expect, it } from '@jest/globals';
import { EXIT } from '../../../../src/cli/exit-codes.js';
import { printed } from '../../support/printed.js';
import type { DecideAnswer, DecideMessage, ProposalView } from '../../../../src/contract/messages.js';
import { digestWords } from '../../../../src/domain/text/digest-words.js';
import { aClient } from '../../support/fake-client.js';
import { ubos } from '../../support/ubos.js';
import { aView, id, previewedView, rolledBackView } from '../../support/views.js';

/** A proposal that shows `after` once somebody has asked for a preview. */
function previewing(after: ProposalView, answer: Partial<DecideAnswer> = {}) {
  const asked: DecideMessage[] = [];
  const client = aClient({
    change: {
      view: async () => (asked.length === 0 ? aView() : after),
      decide: async (_, message) => {
        asked.push(message);
        return { accepted: true, code: 'ACCEPTED', message: '', status: 'proposed', ...answer };
      },
    },
  });
  return { client, asked };
}

const refusedView = (): ProposalView => ({
  ...aView(),
  preview: { bound: false, report: { state: 'not_previewable', why: 'no hands\u001b[2J' } },
});

describe('ubos preview (spec X7)', () => {
  it('asks under the name and the digest of what is shown, and shows what it would change and the new digest', async () => {
    const after = previewedView();
    const { client, asked } = previewing(after);
    const { code, stdout, stderr } = await ubos(`preview ${id} --by alice`, { client, columns: 200 });
    expect([code, asked]).toEqual([
      EXIT.ok,
      [{ decision: 'preview', by: 'alice', digest: aView().digest, proposal_id: id, said_at: '2026-01-02T12:00:00.000Z' }],
    ]);
    expect(stdout).toContain('created /workspace/report.txt');
    expect(stdout).toContain('bound to your approval');
    expect(stderr).toContain(`its digest is another one: ${after.digest!.slice(0, 4)}`);
    expect(stderr).toContain(digestWords(after.digest!));
  });

  it('says nothing of another digest where the effect is not bound', async () => {
    const { preview } = previewedView();
    const { client } = previewing({ ...aView(), preview: { ...preview!, bound: false } });
    const { code, stdout, stderr } = await ubos(`preview ${id}`, { client });
    expect(code).toBe(EXIT.ok);
    expect(stdout).toContain('nothing is bound to your approval');
    expect(stderr).not.toContain('another one');
  });

  it('--json is one object, with the digest to approve', async () => {
    const { client } = previewing(previewedView());
    const { stdout, stderr } = await ubos(`preview ${id} --json`, { client });
    expect(stderr).toBe('');
    expect(printed(stdout, 'proposal-preview')).toMatchObject({
      digest: previewedView().digest,
      digest_changed: true,
      preview: { bound: true, report: { agreed: true } },
    });
  });

  it.each([
    { name: 'there can be none', after: refusedView(), answer: {}, code: EXIT.notPermitted, says: 'no hands⟦U+001B⟧[2J' },
    {
      name: 'it is refused',
      after: aView(),
      answer: { accepted: false, code: 'PREVIEW_REFUSED', message: 'a stop' },
      code: EXIT.notPermitted,
      says: 'a stop',
    },
    {
      name: 'whoever asks may not',
      after: aView(),
      answer: { accepted: false, code: 'NOT_AUTHORISED', message: 'bob is not in any of trinity' },
      code: EXIT.notPermitted,
      says: 'not in any of',
    },
    {
      name: 'the digest that comes back is not that of what is shown',
      after: { ...previewedView(), digest: 'ab'.repeat(32) },
      answer: {},
      code: EXIT.conflict,
      says: 'do not approve',
    },
  ])('$name: exit code $code', async ({ after, answer, code, says }) => {
    const played = await ubos(`preview ${id}`, { client: previewing(after, answer).client, columns: 200 });
    expect([played.code, played.stdout]).toEqual([code, '']);
    expect(played.stderr).toContain(says);
  });

  it('asks for nothing once it is decided: exit code 5, by whom and when', async () => {
    const client = aClient({ views: [rolledBackView()] });
    const { code, stderr } = await ubos(`preview ${id}`, { client });
    expect([code, client.sent]).toEqual([EXIT.conflict, []]);
    expect(stderr).toContain('already approved by alice at 2026-01-02T11:58:59.000Z');
  });

  it.each(['preview', `preview ${id} more`, `preview ${id} --wait`])('%s is wrong use', async (line) => {
    expect((await ubos(line, {})).code).toBe(EXIT.usage);
  });

  it('--print-signal prints the line that would ask', async () => {
    const { client, asked } = previewing(aView());
    const { stdout } = await ubos(`preview ${id} --print-signal`, { client });
    expect([stdout.includes('--name preview'), asked]).toEqual([true, []]);
  });
});
