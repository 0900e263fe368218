import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { verifyLog } from '../../../src/adapters/audit/verify/verify-log.js';
import { collectAnchors } from '../../../src/adapters/audit/read/read-anchors.js';
import type { LogName } from '../../../src/domain/trail/logs.js';

/** The verdict about one file and its closed segments, in short. The log is what its first record says. */
export async function checkChain(file: string): Promise<{ ok: boolean; entries: number; problem?: string }> {
  const [, log = 'proposals'] = /"log":"(\w+)"/.exec(existsSync(file) ? readFileSync(file, 'latin1').slice(0, 65_536) : '') ?? [];
  const { state, records, problem } = await verifyLog({
    log: log as LogName,
    path: file,
    anchors: () => collectAnchors(join(dirname(file), 'mission_log.jsonl')),
    heads: { heads: [] },
    full: true,
  });
  return {
    ok: state !== 'broken',
    entries: records,
    ...(problem !== undefined && { problem: `line ${problem.line}: ${problem.reason}` }),
  };
}
