import { describe, expect, it } from '@jest/globals';
import { isWithin } from '../../../src/domain/text/path-within.js';

describe('isWithin', () => {
  it.each([
    ['/srv/data', '/srv/data', true],
    ['/srv/data/a', '/srv/data', true],
    ['/srv/database', '/srv/data', false],
    ['/srv', '/srv/data', false],
  ])('%s, %s: %j', (path, folder, expected) => {
    expect(isWithin(path, folder)).toBe(expected);
  });
});
