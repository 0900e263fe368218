import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { parseProposal, proposalDocumentSchema } from '../../../src/domain/action/proposal.schema.js';
import { aDocument } from '../../support/proposals/proposals.js';

describe('parseProposal (spec P1)', () => {
  it("turns the seed's single tool into one step", () => {
    expect(parseProposal(aDocument({ action_type: 'Web Research' }))).toMatchObject({
      actionType: 'web_research',
      steps: [{ toolName: 'shell', toolArgs: ['df -h /workspace'], toolKwargs: {}, rollback: [] }],
      rollback: [],
      networkDomains: [],
    });
  });

  it.each([
    ['an unknown key', { surprise: 1 }, 'surprise'],
    ['a wrong id', { proposal_id: 'janus-XYZ' }, 'janus- and 12 hex digits'],
    ['a decided status', { status: 'approved' }, 'status'],
    ['a NUL', { rationale: 'a\0b' }, 'NUL'],
    ['a lone surrogate', { rationale: 'a\ud800b' }, 'lone surrogate'],
    ['a tool and steps', { steps: [{ tool_name: 'shell' }] }, 'not both'],
    ['neither tool nor steps', { tool_name: undefined, tool_args: undefined }, 'not both'],
    [
      '17 steps',
      { tool_name: undefined, tool_args: undefined, steps: Array.from({ length: 17 }, () => ({ tool_name: 'shell' })) },
      'steps',
    ],
    ['an unknown keyword argument', { tool_kwargs: { shell: true } }, 'shell'],
    ['a quota above the charter', { tool_kwargs: { limits: { cpu_seconds: 301 } } }, 'cpu_seconds'],
    ['a huge rationale', { rationale: 'x'.repeat(4_001) }, 'rationale'],
    ['metadata nested without end', { metadata: { a: JSON.parse('['.repeat(9_000) + ']'.repeat(9_000)) as never } }, 'at most 64 levels'],
    ['metadata that is no JSON', { metadata: { a: 1n as never } }, 'metadata'],
    ['much metadata', { metadata: { a: 'x'.repeat(8_191) } }, 'at most 8192 characters'],
    ['an upper-case hash', { expect: { file_sha256: { a: 'A'.repeat(64) } } }, 'hex digits'],
  ])('refuses %s', (_, change, message) => {
    const result = proposalDocumentSchema.safeParse({ ...aDocument(), ...change });
    expect(result.success).toBe(false);
    expect(JSON.stringify(result.error?.issues)).toContain(message);
  });

  it('fails with a schema error or not at all, whatever it is given', () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.anything(), fc.record(Object.fromEntries(Object.keys(aDocument()).map((key) => [key, fc.anything()])))),
        (value) => {
          expect(typeof proposalDocumentSchema.safeParse(value).success).toBe('boolean');
        },
      ),
    );
  });
});
