import type { Lookup, OracleAnswer } from '../../../src/domain/oracles/oracle.js';
import type { Wanted } from '../../../src/domain/oracles/wanted.js';

/** What a mission wants to know. */
export const moon: Wanted = { oracle: 'wolfram', query: 'distance from the earth to the moon', missionId: 'tidy' };

/** What the oracle says to it. */
export const moonAnswer = async (lookup: Lookup): Promise<OracleAnswer> => ({
  ...{ kind: 'answered', ...lookup, at: '2026-01-02T03:04:05.000Z', isCached: false, milliseconds: 1 },
  result: { kind: 'number', text: '384400 km', value: 384_400 },
});
