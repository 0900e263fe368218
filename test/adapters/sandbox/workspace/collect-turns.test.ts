import { expect, it } from '@jest/globals';
import { endOf, useChild } from '../../../support/children.js';
import { useFolders } from '../../../support/folders.js';

const folder = useFolders();
const child = useChild('collect-turns');

/** As for the janitor: a number that no load of the machine changes. */
const callsMax = 200;

it.each([
  ['collect', 6_000],
  ['sweep', 400],
  ['bits', 1_000],
  ['repositories', 1_000],
] as const)(
  '%s over %i entries lets others have their turn (spec O3)',
  async (pass, entries) => {
    const { messages } = await endOf(child.start(folder(), pass, String(entries)));
    const { most, all, seen } = messages[0] as { readonly most: number; readonly all: number; readonly seen: number };
    expect(seen).toBe(entries);
    expect(all).toBeGreaterThan(entries);
    expect(most).toBeLessThanOrEqual(callsMax);
  },
  60_000,
);
