import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { isMetricName, metricTypes } from '../../../src/domain/thinking/metrics.js';

describe('the list of metrics', () => {
  it('has the units in the names of what has units, and a type for each', () => {
    for (const [name, type] of Object.entries(metricTypes)) {
      expect(name).toMatch(/^[a-z][a-z0-9_]*$/);
      expect(['number', 'boolean', 'string']).toContain(type);
      expect(isMetricName(name)).toBe(true);
    }
  });

  it.each(['toString', 'constructor', '__proto__', 'hasOwnProperty', '', 'disk', 'DISK_USAGE_PERCENT'])(
    'is closed: %j is no metric (spec T6)',
    (name) => {
      expect(isMetricName(name)).toBe(false);
    },
  );

  it('knows a name exactly where it is written down', () => {
    fc.assert(fc.property(fc.string(), (name) => expect(isMetricName(name)).toBe(Object.keys(metricTypes).includes(name))));
  });
});
