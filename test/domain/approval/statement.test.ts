import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { canonicalJson } from '../../../src/domain/text/canonical.js';
import { documentDigest } from '../../../src/domain/action/digests.js';
import type { DecisionStatement, ExpectedStatement } from '../../../src/domain/approval/statement.js';
import {
  matchProposerStatement,
  matchStatement,
  parseProposerStatement,
  parseStatement,
  signatureNamespaces,
  statementDecisions,
  writeProposerStatement,
  writeStatement,
} from '../../../src/domain/approval/statement.js';
import { aDocument, sha256 } from '../../support/proposals/proposals.js';
import { anyTextUpTo } from '../../support/texts.js';

const digest = 'abcdef0123456789'.repeat(4);
const issued = Date.parse('2026-01-02T03:00:00Z');
const base: Omit<DecisionStatement, 'type'> = {
  vessel: 'janus-test',
  namespace: 'default',
  workflow_id: 'janus-0123456789ab',
  run_id: '0190a1b2-0000-7000-8000-000000000001',
  proposal_id: 'janus-0123456789ab',
  proposal_sha256: digest,
  decision: 'approve',
  reason: '',
  signer: 'ana',
  issued_at: '2026-01-02T03:00:00.000Z',
  expires_at: '2026-01-02T05:00:00.000Z',
  nonce: '0123456789abcdef'.repeat(2),
};
const expected: ExpectedStatement = {
  vessel: base.vessel,
  namespace: base.namespace,
  workflowId: base.workflow_id,
  firstRunId: base.run_id,
  proposalId: base.proposal_id,
  digest,
  kind: 'approve',
  by: 'ana',
  now: issued + 60_000,
  deadline: issued + 86_400_000,
  usedNonces: new Set(),
};

const read = (change: Partial<DecisionStatement> = {}) => {
  const parsed = parseStatement(writeStatement({ ...base, ...change }));
  if ('malformed' in parsed) throw new Error(parsed.malformed);
  return parsed;
};

describe('writing and reading a statement (spec A3)', () => {
  it('gives back what was written, as canonical JSON with its type', () => {
    const words = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 60 }).filter((text) => text.trim() !== '' && text.isWellFormed());
    const fields = fc.record({
      signer: words,
      reason: words,
      vessel: words.map((text) => text.slice(0, 20) + 'x'),
      decision: fc.constantFrom('approve', 'reject'),
    });
    fc.assert(
      fc.property(fields, (change) => {
        if (!change.vessel.isWellFormed()) return;
        const statement = { ...base, ...change } as Omit<DecisionStatement, 'type'>;
        const source = writeStatement(statement);
        expect(source).toBe(canonicalJson({ type: 'janus.decision.v1', ...statement }));
        expect(parseStatement(source)).toEqual({ type: 'janus.decision.v1', ...statement });
      }),
    );
  });

  it.each(statementDecisions)('%s can be said, with the field that only it has', (decision) => {
    const own = { ...(decision === 'extend' && { extend: '12h' }), ...(decision === 'resolve' && { outcome: 'failed' as const }) };
    expect(read({ decision, ...own })).toMatchObject({ decision, ...own });
  });

  it.each([
    ['extend without a duration', { decision: 'extend' }],
    ['a duration where nothing is extended', { extend: '12h' }],
    ['an outcome where nothing is resolved', { outcome: 'failed' }],
    ['a cut digest', { proposal_sha256: digest.slice(0, 8) }],
    ['an unknown decision', { decision: 'allow' }],
    ['a signer of blanks', { signer: ' ' }],
    ['a reason without end', { reason: 'x'.repeat(2_001) }],
    ['a local time', { issued_at: '2026-01-02T03:00:00+01:00' }],
    ['a day that is none', { issued_at: '2026-13-02T03:00:00Z' }],
    ['an end before its beginning', { expires_at: base.issued_at }],
    ['a short nonce', { nonce: 'abc' }],
    ['half a character', { reason: '\ud800' }],
  ])('%s is never written', (_, change) => {
    expect(() => writeStatement({ ...base, ...change } as never)).toThrow(TypeError);
  });

  const source = writeStatement(base);
  it.each([
    ['no text', 7],
    ['nothing', ''],
    ['no JSON', source.slice(1)],
    ['a list', `[${source}]`],
    ['null', 'null'],
    ['a blank more', source.replace(',', ', ')],
    ['a line end', `${source}\n`],
    ['another order', `{"type":"janus.decision.v1",${source.slice(1, -1).replace(',"type":"janus.decision.v1"', '')}}`],
    ['another spelling', source.replace('"ana"', '"\\u0061na"')],
    ['a key twice', source.replace('"decision":"approve"', '"decision":"reject","decision":"approve"')],
    ['a key more', source.replace('"decision"', '"also":1,"decision"')],
    ['a prototype', source.replace('"decision"', '"__proto__":{},"decision"')],
    ['a key less', source.replace(/"nonce":"[^"]*",/, '')],
    ['the other type', source.replace('janus.decision.v1', 'janus.proposal.v1')],
    ['too much', ' '.repeat(8_001)],
  ])('%s is malformed', (_, text) => {
    expect(parseStatement(text)).toEqual({ malformed: expect.any(String) });
  });

  it('never throws, and never takes what it would not have written', () => {
    const mutated = fc
      .tuple(fc.nat(source.length - 1), anyTextUpTo(3))
      .map(([at, put]) => source.slice(0, at) + put + source.slice(at + 1));
    fc.assert(
      fc.property(fc.oneof(fc.anything(), fc.json(), mutated), (text) => {
        const parsed = parseStatement(text);
        if (!('malformed' in parsed)) expect(writeStatement(parsed)).toBe(text);
        expect(parseProposerStatement(text)).toHaveProperty('malformed');
      }),
      { numRuns: 1_000 },
    );
  });
});

describe('matching a statement (spec A3)', () => {
  it('says nothing where everything is as expected, also for each field that only one decision has', () => {
    expect(matchStatement(read(), expected)).toBeUndefined();
    expect(
      matchStatement(read({ decision: 'extend', extend: '2h', reason: 'busy' }), {
        ...expected,
        kind: 'extend',
        reason: 'busy',
        extendSeconds: 7_200,
      }),
    ).toBeUndefined();
    expect(
      matchStatement(read({ decision: 'resolve', outcome: 'failed' }), {
        ...expected,
        kind: 'resolve',
        outcome: 'failed',
        deadline: undefined,
      }),
    ).toBeUndefined();
  });

  it.each([
    ['WRONG_VESSEL', { vessel: 'other' }],
    ['WRONG_NAMESPACE', { namespace: 'other' }],
    ['WRONG_PROPOSAL', { proposal_id: 'janus-ffffffffffff' }],
    ['WRONG_RUN', { workflow_id: 'janus-ffffffffffff' }],
    ['WRONG_RUN', { run_id: 'ffffffff-0000-7000-8000-000000000001' }],
    ['DIGEST_MISMATCH', { proposal_sha256: digest.replace('a', 'b') }],
    ['WRONG_DECISION', { decision: 'reject' }],
    ['WRONG_DECISION', { reason: 'another' }],
    ['WRONG_DECISION', { decision: 'resolve', outcome: 'failed' }],
    ['WRONG_SIGNER', { signer: 'Ana' }],
    ['STATEMENT_EXPIRED', { issued_at: '2026-01-01T00:00:00Z', expires_at: '2026-01-02T03:01:00.000Z' }],
    ['STATEMENT_NOT_YET', { issued_at: '2026-01-02T03:06:00.001Z' }],
  ] as const)('%s for %j', (code, change) => {
    expect(matchStatement(read(change), expected)?.code).toBe(code);
  });

  it('an extension by another length and another outcome are another decision', () => {
    const extension = { ...expected, kind: 'extend', extendSeconds: 3_600 };
    expect(matchStatement(read({ decision: 'extend', extend: '1h' }), extension)).toBeUndefined();
    expect(matchStatement(read({ decision: 'extend', extend: '2h' }), extension)?.code).toBe('WRONG_DECISION');
    const resolution = { ...expected, kind: 'resolve', outcome: 'completed' };
    expect(matchStatement(read({ decision: 'resolve', outcome: 'failed' }), resolution)?.code).toBe('WRONG_DECISION');
  });

  it('bears clocks that differ by five minutes, and no more', () => {
    expect(matchStatement(read(), { ...expected, now: issued - 300_000 })).toBeUndefined();
    expect(matchStatement(read(), { ...expected, now: issued - 300_001 })?.code).toBe('STATEMENT_NOT_YET');
  });

  it('ends with the deadline, whatever it says', () => {
    expect(matchStatement(read(), { ...expected, deadline: issued + 60_001 })).toBeUndefined();
    expect(matchStatement(read(), { ...expected, deadline: issued + 60_000 })?.code).toBe('STATEMENT_EXPIRED');
  });

  it('counts once', () => {
    expect(matchStatement(read(), { ...expected, usedNonces: new Set([base.nonce]) })?.code).toBe('REPLAYED');
    expect(matchStatement(read(), { ...expected, usedNonces: new Set(['f'.repeat(32)]) })).toBeUndefined();
  });
});

describe("a proposer's statement (spec A3)", () => {
  const document = aDocument();
  const fields = {
    vessel: 'janus-test',
    namespace: 'default',
    proposal_id: document.proposal_id,
    document_sha256: documentDigest(sha256, document),
    proposer: 'ana',
    issued_at: '2026-01-02T03:00:00.000Z',
  };
  const parsed = parseProposerStatement(writeProposerStatement(fields));
  const expectation = {
    vessel: 'janus-test',
    namespace: 'default',
    proposalId: document.proposal_id,
    documentSha256: fields.document_sha256,
    now: issued,
  };

  it('is about one document in one place', () => {
    if ('malformed' in parsed) throw new Error(parsed.malformed);
    expect(parsed).toEqual({ type: 'janus.proposal.v1', ...fields });
    const code = (change: Partial<typeof expectation>) => matchProposerStatement(parsed, { ...expectation, ...change })?.code;
    expect(code({})).toBeUndefined();
    expect(code({ vessel: 'other' })).toBe('WRONG_VESSEL');
    expect(code({ namespace: 'other' })).toBe('WRONG_NAMESPACE');
    expect(code({ proposalId: 'janus-ffffffffffff' })).toBe('WRONG_PROPOSAL');
    expect(code({ documentSha256: documentDigest(sha256, { ...document, risk_level: 'high' }) })).toBe('DIGEST_MISMATCH');
    expect(code({ now: issued - 300_001 })).toBe('STATEMENT_NOT_YET');
  });

  it('is no decision, and a decision is no proposal', () => {
    expect(signatureNamespaces.decision).not.toBe(signatureNamespaces.proposal);
    expect(parseStatement(writeProposerStatement(fields))).toHaveProperty('malformed');
    expect(parseProposerStatement(writeStatement(base))).toHaveProperty('malformed');
  });

  it('has the same digest however its keys are ordered, as a payload may reorder them', () => {
    const turned = Object.fromEntries(Object.entries(document).reverse());
    expect(documentDigest(sha256, turned)).toBe(fields.document_sha256);
  });
});
