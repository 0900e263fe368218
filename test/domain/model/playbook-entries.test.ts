import { describe, expect, it } from '@jest/globals';
import { sha256 } from '../../../src/adapters/files/sha256.js';
import { playbookEntries } from '../../../src/domain/model/playbook-entries.js';
import { renderPrompt } from '../../../src/domain/model/prompt.js';
import { verifyCandidates } from '../../../src/domain/model/verify.js';
import { aPlaybook } from '../../support/proposals/playbooks.js';
import { aCandidate, aContext } from '../../support/model/subjects.js';

const now = new Date('2026-01-02T03:04:05Z');

describe('playbooks in the catalogue (spec T3)', () => {
  it('are chosen whole: the steps that people wrote, their risk, and nothing of the model in them', () => {
    const playbook = aPlaybook({ action_sequence: [{ tool: 'shell', args: ['echo {folder}'] }], approved_by: 'ana' });
    const entries = playbookEntries([playbook], now);
    expect(entries).toMatchObject([{ id: 'playbook:rotate', parameters: [], risk: playbook.risk }]);
    const subject = { catalogue: { entries, digest: '' }, context: aContext(), proposalsMax: 3, review: () => [] };
    const choice = { action: 'playbook:rotate', parameters: {} };
    const { accepted } = verifyCandidates([aCandidate(choice)], subject);
    expect(accepted).toMatchObject([{ document: { steps: playbook.steps, risk_level: playbook.risk, metadata: { source: 'model' } } }]);
    // No word of the playbook itself: what people approved of it beforehand starts nothing that a model chose.
    expect(accepted[0]?.document.metadata).not.toHaveProperty('playbook_id');
    const filled = verifyCandidates([aCandidate({ ...choice, parameters: { folder: '/; rm -rf /' } })], subject);
    expect(filled.dropped).toMatchObject([{ code: 'bad_parameter' }]);
  });

  it('are told to the model with what they are meant for, the more important first, and as many as fit', () => {
    const many = Array.from({ length: 40 }, (_, index) => aPlaybook({ playbook_id: `p${index}`, priority: index }));
    const entries = playbookEntries([...many, aPlaybook({ playbook_id: 'over', priority: 99, expires_at: '2020-01-01T00:00:00Z' })], now);
    expect(entries).toHaveLength(32);
    expect(entries[0]?.id).toBe('playbook:p39');
    const prompt = renderPrompt(
      sha256,
      { context: aContext(), catalogue: { entries: entries.slice(0, 1), digest: '' }, proposalsMax: 1, seed: 1 },
      { promptTokensMax: 4_000, outputTokensMax: 2_000, principles: [] },
    );
    expect('messages' in prompt && prompt.messages[1]?.content).toMatch(/- playbook:p39: .*meant for disk_usage_percent >80/);
  });
});
