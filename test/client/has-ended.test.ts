import { describe, expect, it } from '@jest/globals';
import { WorkflowNotFoundError } from '@temporalio/client';
import { hasEnded } from '../../src/client/has-ended.js';
import { idOf } from '../support/trail/ledgers.js';

const id = idOf(1);

describe('hasEnded', () => {
  const answering = (answer: () => Promise<unknown>) => ({ workflow: { getHandle: () => ({ describe: answer }) } }) as never;

  it.each([
    ['RUNNING', false],
    ['CONTINUED_AS_NEW', false],
    ['UNSPECIFIED', false],
    ['COMPLETED', true],
    ['FAILED', true],
    ['CANCELLED', true],
    ['TERMINATED', true],
    ['TIMED_OUT', true],
  ])('%s: %s', async (name, expected) => {
    expect(
      await hasEnded(
        answering(async () => ({ status: { name } })),
        id,
      ),
    ).toBe(expected);
  });

  it('nobody said so where the server does not know of it, or cannot be asked', async () => {
    for (const error of [new WorkflowNotFoundError('no', id, undefined), new Error('unreachable')])
      expect(
        await hasEnded(
          answering(async () => {
            throw error;
          }),
          id,
        ),
      ).toBe(false);
  });
});
