import type { VerifyTrailSettings } from '../../../src/adapters/audit/verify/verify-trail.js';
import { verifyTrail } from '../../../src/adapters/audit/verify/verify-trail.js';
import { logNames, pathsIn, writeFiles } from './built-trail.js';

/** What lies in a folder of logs, by name. */
export type Files = Map<string, Buffer>;
type Verdicts = Awaited<ReturnType<typeof verifyTrail>>;

/** What the verifier says of these files, once they lie in `home`. */
export function verifyFiles(home: string, files: Files, more: Partial<VerifyTrailSettings> = {}): Promise<Verdicts> {
  writeFiles(home, files);
  return verifyTrail({ files: pathsIn(home), headsFolder: `${home}/heads`, logs: logNames, ...more });
}

export const proposalsOf = (verdicts: Verdicts) => verdicts.find(({ log }) => log === 'proposals');
