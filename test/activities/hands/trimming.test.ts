import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import { forHistory } from '../../../src/activities/hands/trimming.js';
import { aResult } from '../../support/trail/ledgers.js';

const output = (length: number) => ({ text: 'x'.repeat(length), bytes: length, sha256: 'of all', truncated: false });

it('keeps all outputs of an action within 32,768 characters, and says what it cut (spec X6)', () => {
  const lengths = fc.array(fc.tuple(fc.integer({ min: 0, max: 20_000 }), fc.integer({ min: 0, max: 20_000 })), {
    minLength: 1,
    maxLength: 16,
  });
  fc.assert(
    fc.property(lengths, (commands) => {
      const trimmed = commands.map(([out, err]) => forHistory(aResult({ stdout: output(out), stderr: output(err) }), commands.length));
      const outputs = trimmed.flatMap(({ stdout, stderr }) => [stdout, stderr]);
      expect(outputs.reduce((sum, { text }) => sum + text.length, 0)).toBeLessThanOrEqual(32_768);
      for (const each of outputs) expect(each.truncated).toBe(each.text.length < each.bytes);
      expect(outputs.every(({ sha256 }) => sha256 === 'of all')).toBe(true);
    }),
    { numRuns: 50 },
  );
});

it('keeps at most 200 connections of an action, shared evenly by its commands, and counts all (spec X4)', () => {
  const record = { host: 'a', port: 443, tx: 0, rx: 0, ms: 0, verdict: 'allowed' };
  const network = { connections: 900, denied: 0, tx: 0, rx: 0, records: Array.from({ length: 200 }, () => record) };
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 16 }), (commands) => {
      const kept = forHistory(aResult({ network }), commands).network;
      expect(kept?.connections).toBe(900);
      expect((kept?.records.length ?? 0) * commands).toBeLessThanOrEqual(200);
      expect(((kept?.records.length ?? 0) + 1) * commands).toBeGreaterThan(200);
    }),
  );
});

it('changes nothing else', () => {
  const result = aResult();
  expect(forHistory(result, 1)).toEqual(result);
});
