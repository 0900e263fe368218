import { describe, expect, it } from '@jest/globals';
import type { WorkflowHandle } from '@temporalio/client';
import { heldBack } from '../../src/client/held-back.js';

/** A handle that knows only these failures of pending activities: their type, and what they say. */
const handleOf = (...failures: readonly (readonly [type: string, message: string] | undefined)[]) =>
  ({
    describe: async () => ({
      raw: {
        pendingActivities: failures.map((failure) =>
          failure === undefined ? {} : { lastFailure: { applicationFailureInfo: { type: failure[0] }, message: failure[1] } },
        ),
      },
    }),
  }) as unknown as WorkflowHandle;

describe('heldBack (spec G3)', () => {
  it('is what the hands said last, where they hold the start back', async () => {
    expect(await heldBack(handleOf(undefined, ['HELD', 'waits at the gate: why']))).toBe('waits at the gate: why');
  });

  it('is nothing where nothing is pending, or another failure', async () => {
    expect(await heldBack(handleOf())).toBeUndefined();
    expect(await heldBack(handleOf(undefined, ['STILL_RUNNING', 'another process runs this action']))).toBeUndefined();
  });
});
