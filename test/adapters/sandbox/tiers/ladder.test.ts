import { readdirSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { currentActionAccount } from '../../../../src/adapters/sandbox/profile/account.js';
import { findTier, problemOf, tierOfThisMachine } from '../../../../src/adapters/sandbox/tiers/ladder.js';
import type { Leaf, Tier } from '../../../../src/adapters/sandbox/tiers/tier.js';
import { tierNames } from '../../../../src/domain/action/tier.js';

const account = currentActionAccount('janus-no-such-account');

function tierWith(change: Partial<Leaf>): Tier & { readonly closed: () => number } {
  let closed = 0;
  const leaf: Leaf = {
    prefix: [],
    startAs: undefined,
    usage: () => ({ cpuSeconds: 0.001, memoryMb: 1 }),
    kill: () => undefined,
    close: async () => void (closed += 1),
    ...change,
  };
  return { name: 'cgroup-v2', enforces: '', holdsCpuShare: true, enter: () => leaf, closed: () => closed };
}

describe('a rung of the ladder (spec X3)', () => {
  it('holds when something ran on it and was counted', async () => {
    const tier = tierWith({});
    expect(await problemOf(tier, account)).toBeUndefined();
    expect(tier.closed()).toBe(1);
  });

  it.each([
    ['nothing can be started on it', { prefix: ['/bin/sh', '-c', 'echo "no entry" >&2; exit 125'] }, 'no entry'],
    ['the program that enters is missing', { prefix: ['/no/such/program'] }, 'spawnSync /no/such/program ENOENT'],
    ['it counts nothing', { usage: () => ({ cpuSeconds: 0, memoryMb: 0 }) }, 'it counts nothing'],
  ])('does not hold when %s', async (_, change, problem) => {
    const tier = tierWith(change);
    expect(await problemOf(tier, account)).toBe(problem);
    expect(tier.closed()).toBe(1);
  });

  it('does not hold when no leaf can be made', async () => {
    const enter = () => {
      throw new Error('EACCES');
    };
    expect(await problemOf({ name: 'cgroup-v1', enforces: '', holdsCpuShare: true, enter }, account)).toBe('EACCES');
  });
});

describe('the ladder', () => {
  it('finds a tier, says why no better one, and leaves nothing behind', async () => {
    const { tier, parents, notBetter } = await findTier(account);
    const better = tierNames.slice(tierNames.indexOf(tier.name) + 1).toReversed();
    expect(notBetter.map((why) => why.split(':')[0])).toEqual(better);
    // Other tests may run actions meanwhile: the leaves of this process are its own.
    const left = parents.flatMap((parent) => readdirSync(parent)).filter((name) => name.startsWith(`janus-action-${process.pid}-`));
    expect(left).toEqual([]);
  });

  it('is climbed once, unless a tier is asked for', async () => {
    expect(await tierOfThisMachine(account)).toBe(await tierOfThisMachine(account));
    expect((await tierOfThisMachine(account, 'rlimit')).tier.name).toBe('rlimit');
  });
});
