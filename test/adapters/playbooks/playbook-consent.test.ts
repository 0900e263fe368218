import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { createPlaybookConsent } from '../../../src/adapters/playbooks/playbook-consent.js';
import { withApproval } from '../../../src/adapters/playbooks/write-approval.js';
import { playbookStatement } from '../../../src/domain/thinking/playbook-approval.js';
import { useFolders } from '../../support/folders.js';
import { signedApprovals, signingPerson, testKeys } from '../../support/proposals/approvals.js';
import type { PlaybookInput } from '../../support/proposals/playbooks.js';
import { aPlaybook, aPlaybookDocument } from '../../support/proposals/playbooks.js';
import { aTool } from '../../support/proposals/proposals.js';

const folder = useFolders();
const at = '2026-01-02T03:04:05.678Z';
const { contentHash } = aPlaybook();

async function signedBy(by: string, said: { readonly by?: string; readonly contentHash?: string } = {}): Promise<Partial<PlaybookInput>> {
  const text = playbookStatement({ vessel: 'janus-test', playbookId: 'rotate', contentHash, by, at, ...said });
  const signature = await signingPerson(by).sign!(text, 'janus-approval@v1');
  return { approved_by: by, approved_at: at, approved_hash: contentHash, approved_signature: signature };
}

function registry(...entries: unknown[]) {
  const file = join(folder(), 'playbooks.json');
  writeFileSync(file, JSON.stringify({ playbooks: entries }));
  const keys = testKeys();
  const consent = createPlaybookConsent({
    ...{ vesselId: 'janus-test', policy: signedApprovals, playbooksFile: file, rules: { tools: [aTool()], grants: [] } },
    now: () => new Date(at),
    verify: (signed) => keys.verify(signed),
  });
  return { file, keys, ask: (hash = contentHash) => consent('rotate', hash) };
}

describe('whether a playbook is approved now (spec T6)', () => {
  it('holds while the key does, and the file says so', async () => {
    const { ask, keys, file } = registry(aPlaybookDocument(await signedBy('ana')));
    expect(await ask()).toMatchObject({ approved: true, by: 'ana', signed: true });
    keys.revoked.add('ana');
    expect(await ask()).toMatchObject({ approved: false, code: 'SIGNATURE_REFUSED' });
    keys.revoked.clear();
    expect(await ask()).toMatchObject({ approved: true });
    writeFileSync(file, '{');
    expect(await ask()).toMatchObject({ approved: false, code: 'UNAVAILABLE' });
  });

  it.each([
    ['of somebody else', { by: 'bo' }],
    ['over another content', { contentHash: 'f'.repeat(64) }],
  ])('a signature %s is none', async (_, said) => {
    const { ask } = registry(aPlaybookDocument(await signedBy('ana', said)));
    expect(await ask()).toMatchObject({ approved: false, code: 'SIGNATURE_REFUSED' });
  });

  it('is not about a playbook that was edited since it proposed, nor about one that is gone or broken', async () => {
    const approval = await signedBy('ana');
    expect(await registry(aPlaybookDocument(approval)).ask('e'.repeat(64))).toMatchObject({ code: 'EDITED' });
    expect(await registry(aPlaybookDocument({ ...approval, cooldown: '1m' })).ask()).toMatchObject({ code: 'EDITED' });
    expect(await registry().ask()).toMatchObject({ code: 'UNKNOWN' });
    expect(await registry(aPlaybookDocument({ ...approval, trigger_conditions: {} })).ask()).toMatchObject({
      code: 'UNKNOWN',
      why: expect.stringContaining('always match'),
    });
  });
});

describe('an approval in the file', () => {
  const approval = { approved_by: 'ana', approved_at: at, approved_hash: contentHash };
  const text = JSON.stringify({ playbooks: [aPlaybookDocument({ playbook_id: 'other' }), aPlaybookDocument()] });

  it('is put into its playbook alone, and taken out without a trace', () => {
    const put = withApproval(text, 'rotate', approval);
    expect(JSON.parse(put)).toEqual({
      playbooks: [aPlaybookDocument({ playbook_id: 'other' }), { ...aPlaybookDocument(), ...approval }],
    });
    expect(JSON.parse(withApproval(put, 'rotate', undefined))).toEqual(JSON.parse(text));
  });

  it('leaves no older signature behind', () => {
    const signed = withApproval(text, 'rotate', { ...approval, approved_signature: 's' });
    expect(withApproval(signed, 'rotate', approval)).not.toContain('approved_signature');
  });

  it('is refused where the playbook is gone, or there twice', () => {
    expect(() => withApproval(text, 'gone', approval)).toThrow('there no longer');
    expect(() => withApproval(JSON.stringify({ playbooks: [aPlaybookDocument(), aPlaybookDocument()] }), 'rotate', approval)).toThrow(
      'twice',
    );
  });
});
