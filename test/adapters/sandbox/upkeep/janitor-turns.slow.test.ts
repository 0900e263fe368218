import { describe, expect, it } from '@jest/globals';
import { endOf, useChild } from '../../../support/children.js';
import { useFolders } from '../../../support/folders.js';

const folder = useFolders();

/** Calls to the file system between two turns of the event loop: a number that no load of the machine changes, and heartbeats wait for it. */
const callsMax = 200;

describe('a look of the janitor over many actions lets others have their turn (spec O3)', () => {
  const child = useChild('janitor-turns');
  const look = async (actions: number, days: number, state = 'finished') => {
    const { messages } = await endOf(child.start(folder(), String(actions), String(days), state));
    return messages[0] as { readonly most: number; readonly all: number; readonly left: number };
  };

  it('where all of 3,000 are kept, with a few calls for each', async () => {
    const few = await look(1, 1);
    const { most, all, left } = await look(3_000, 1);
    expect(left).toBe(6_000);
    expect(most).toBeLessThanOrEqual(callsMax);
    // Two folders that are looked at, claim, result, note and one listing, and what tells whether a process lives.
    expect((all - few.all) / 2_999).toBeLessThanOrEqual(12);
  }, 120_000);

  it('where all of 300 are settled, each with a note of its own', async () => {
    const { most, left } = await look(300, 8, 'settled');
    expect(left).toBe(600);
    expect(most).toBeLessThanOrEqual(callsMax);
  }, 120_000);

  it('where all of 300 are removed', async () => {
    const { most, left } = await look(300, 8);
    expect(left).toBe(0);
    expect(most).toBeLessThanOrEqual(callsMax);
  }, 120_000);
});
