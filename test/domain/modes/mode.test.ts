import { describe, expect, it } from '@jest/globals';
import { isAutonomous } from '../../../src/domain/modes/mode.js';

describe('whether hands take the vessel for one that acts without a person (spec G4)', () => {
  it.each([
    ['alpha', 'beta', false],
    ['alpha', undefined, false],
    ['beta', 'manual', false],
    ['beta', 'alpha', false],
    ['beta', 'beta', true],
    ['beta', 'omega', true],
    ['omega', 'beta', true],
    // Nobody has told them: they stop rather than not.
    ['beta', undefined, true],
    ['omega', undefined, true],
  ] as const)('allowed %s and told %s: %s', (ceiling, told, autonomous) => {
    expect(isAutonomous(ceiling, told)).toBe(autonomous);
  });
});
