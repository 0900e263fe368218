import { describe, expect, it } from '@jest/globals';
import { isAtLeast, tierNames } from '../../../src/domain/action/tier.js';

describe('isAtLeast (spec X3)', () => {
  it.each([
    { found: 'rlimit', demanded: 'rlimit', is: true },
    { found: 'cgroup-v1', demanded: 'rlimit', is: true },
    { found: 'rlimit', demanded: 'cgroup-v1', is: false },
    { found: 'cgroup-v1', demanded: 'cgroup-v2', is: false },
    { found: 'user-scope', demanded: 'cgroup-v1', is: true },
    { found: 'user-scope', demanded: 'cgroup-v2', is: false },
    { found: 'cgroup-v2', demanded: 'cgroup-v2', is: true },
  ] as const)('$found for $demanded: $is', ({ found, demanded, is }) => {
    expect(isAtLeast(found, demanded)).toBe(is);
  });

  it('knows these, weakest first', () => {
    expect(tierNames).toEqual(['rlimit', 'cgroup-v1', 'user-scope', 'cgroup-v2']);
  });
});
