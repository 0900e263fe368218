import type { Restoring } from '../../../src/activities/brain/dependencies.js';

/** Nobody has put a backup back. */
export const nothingRestored = (trail: Restoring['trail']): Restoring => ({
  pending: () => undefined,
  trail,
  verified: async () => [],
  acknowledged: async () => undefined,
});
