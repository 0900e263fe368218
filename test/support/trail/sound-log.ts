import { expect } from '@jest/globals';
import { checkChain } from './check-chain.js';
import { readLog } from './trail-check.js';

/** The ids of a log's entries, once the verifier has found it in order as well. */
export async function soundIds(file: string): Promise<unknown[]> {
  expect(await checkChain(file)).toMatchObject({ ok: true });
  return readLog(file).entries.map(({ id }) => id);
}
