import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Order } from '../../../src/domain/approval/order.js';
import { matchOrderStatement, parseOrder, parseOrderStatement, writeOrderStatement } from '../../../src/domain/approval/order.js';
import { parseStatement } from '../../../src/domain/approval/statement.js';

const resume: Order = { kind: 'resume', by: 'ana', reason: 'all is well', of: 'stop-0123456789ab' };

describe('what people order of the vessel (spec G2, K1)', () => {
  it.each<object>([
    resume,
    { kind: 'hold', by: 'ana', reason: 'looking' },
    { kind: 'limit', by: 'ana', reason: 'slow', limit: 1 },
    { kind: 'release', by: 'ana', reason: 'fine', of: 'order-0123456789ab' },
    { ...resume, statement: '{}', signature: 'x' },
  ])('is read as it was sent: %j', (order) => {
    expect(parseOrder(order)).toEqual(order);
  });

  it.each<[unknown, RegExp]>([
    [undefined, /one JSON object, found undefined/],
    [null, /found null/],
    [[resume], /found a list/],
    ['resume', /found string/],
    [{}, /by is missing/],
    [{ ...resume, kind: 'start' }, /kind is not one of/],
    [{ ...resume, kind: 'toString' }, /kind is not one of/],
    [{ ...resume, by: ' ' }, /by is empty/],
    [{ ...resume, by: { toString: 'ana' } }, /by is not a text/],
    [{ ...resume, reason: '' }, /reason is empty/],
    [{ ...resume, reason: 'x'.repeat(2_001) }, /longer than/],
    [{ ...resume, reason: '\ud800' }, /lone surrogate/],
    [{ ...resume, of: undefined }, /of is missing/],
    [{ kind: 'release', by: 'ana', reason: 'x' }, /of is missing/],
    [{ ...resume, limit: 1 }, /resume has no limit/],
    [{ kind: 'limit', by: 'ana', reason: 'x' }, /limit is missing/],
    ...[0, -1, 1.5, Number.NaN, Infinity, '1', 1e9, true].map((limit): [unknown, RegExp] => [
      { kind: 'limit', by: 'ana', reason: 'x', limit },
      /limit is not a whole number/,
    ]),
    [{ ...resume, statement: '{}' }, /go together/],
    [{ ...resume, force: true }, /unknown key "force"/],
    [{ ...resume, ['__proto__x']: 1 }, /unknown key/],
  ])('is not read from %j', (payload, why) => {
    expect(parseOrder(payload)).toEqual({ malformed: expect.stringMatching(why) });
  });

  it('never throws, whatever is sent', () => {
    fc.assert(fc.property(fc.anything(), (payload) => void parseOrder(payload)));
    fc.assert(fc.property(fc.string(), (source) => void parseOrderStatement(source)));
  });
});

describe('what is signed for an order (spec A3, K1)', () => {
  const fields = {
    ...{ vessel: 'balaur', namespace: 'default', of: 'stop-0123456789ab', reason: 'all is well', signer: 'ana' },
    order: 'resume',
    ...{ issued_at: '2026-01-02T03:00:00Z', expires_at: '2026-01-02T04:00:00Z', nonce: 'a'.repeat(32) },
  } as const;
  const now = Date.parse('2026-01-02T03:30:00Z');
  const codeOf = (statement: object, order: Order = resume, at = now) => {
    const parsed = parseOrderStatement(writeOrderStatement({ ...fields, ...statement }));
    if ('malformed' in parsed) throw new Error(parsed.malformed);
    return matchOrderStatement(parsed, { vessel: 'balaur', namespace: 'default', order, now: at })?.code;
  };

  it('counts for exactly what it says', () => {
    expect(codeOf({})).toBeUndefined();
  });

  it.each<{ code: string; statement?: object; order?: Order; at?: string }>([
    { code: 'WRONG_VESSEL', statement: { vessel: 'another' } },
    { code: 'WRONG_NAMESPACE', statement: { namespace: 'another' } },
    { code: 'WRONG_ORDER', statement: { of: 'stop-ffffffffffff' } },
    { code: 'WRONG_ORDER', order: { ...resume, of: 'stop-ffffffffffff' } },
    { code: 'WRONG_DECISION', statement: { order: 'release' } },
    { code: 'WRONG_DECISION', order: { ...resume, reason: 'another' } },
    {
      code: 'WRONG_DECISION',
      statement: { order: 'limit', limit: 2 },
      order: { kind: 'limit', by: 'ana', reason: 'all is well', of: fields.of, limit: 3 },
    },
    { code: 'WRONG_SIGNER', statement: { signer: 'bo' } },
    { code: 'STATEMENT_EXPIRED', at: '2026-01-02T04:00:00Z' },
    { code: 'STATEMENT_NOT_YET', at: '2026-01-02T02:00:00Z' },
  ])('$code: $statement $order $at', ({ code, statement = {}, order, at }) => {
    expect(codeOf(statement, order, at === undefined ? now : Date.parse(at))).toBe(code);
  });

  it('is no decision about a proposal, and such a decision is no order', () => {
    const source = writeOrderStatement(fields);
    expect(parseStatement(source)).toHaveProperty('malformed');
    expect(parseOrderStatement(source.replace('janus.order.v1', 'janus.decision.v1'))).toHaveProperty('malformed');
  });

  it.each<[string, object]>([
    ['in another spelling', {}],
    ['that expires before it was issued', { expires_at: fields.issued_at }],
    ['with a limit that is no order of one', { limit: 3 }],
    ['of one without a limit', { order: 'limit' }],
  ])('is none %s', (what, change) => {
    if (what === 'in another spelling')
      expect(parseOrderStatement(` ${writeOrderStatement(fields)}`)).toEqual({ malformed: expect.stringContaining('canonical') });
    else expect(() => writeOrderStatement({ ...fields, ...change })).toThrow(/not a statement/);
  });
});
