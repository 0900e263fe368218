import { expect, it } from '@jest/globals';
import { z } from 'zod';
import { issueWords } from '../../../src/domain/text/issue-words.schema.js';

const ownId = z.string().regex(/^x$/, 'must be x');

it.each<[z.ZodType, unknown, string]>([
  [z.string(), 7, 'must be a text'],
  [z.number(), 'x', 'must be a number'],
  [z.number().int(), 1.5, 'must be a whole number'],
  [z.boolean(), 'yes', 'must be true or false'],
  [z.array(z.string()), {}, 'must be a list'],
  [z.strictObject({}), [], 'must be keys with their values'],
  [z.record(z.string(), z.string()), 1, 'must be keys with their values'],
  [z.enum(['low', 'medium', 'high']), 'x', 'must be "low", "medium" or "high"'],
  [z.literal('a'), 'x', 'must be "a"'],
  [z.literal(false), true, 'must be false'],
  [z.string().min(1), '', 'must not be empty'],
  [z.array(z.string()).min(1), [], 'must not be empty'],
  [z.string().max(2_000), 'x'.repeat(2_001), 'must be at most 2,000 characters'],
  [z.array(z.string()).max(1), ['', ''], 'must be at most 1 entry'],
  [z.number().min(1), 0, 'must be at least 1'],
  [z.number().positive(), 0, 'must be more than 0'],
  [z.number().max(300), 301, 'must be at most 300'],
  [z.iso.datetime(), 'x', 'must be a time such as 2026-01-31T12:00:00Z'],
  [z.record(ownId, z.string()), { y: '' }, 'has a key that must be x'],
  [ownId, 'y', 'must be x'],
])('what is allowed, %#', (schema, value, words) => {
  expect(schema.safeParse(value, { error: issueWords }).error?.issues.map(({ message }) => message)).toEqual([words]);
});
