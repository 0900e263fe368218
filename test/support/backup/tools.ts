import { spawnSync } from 'node:child_process';
import { describe } from '@jest/globals';

const isThere = ['restic', 'sqlite3'].every((name) => spawnSync('which', [name]).status === 0);

/** With the programs that backups are made with; without them it fails in CI, and is skipped loudly elsewhere. */
export function describeWithTools(name: string, body: () => void): void {
  if (isThere || process.env['CI'] !== undefined) {
    describe(name, body);
    return;
  }
  process.stderr.write(`skipped, restic or sqlite3 is missing: ${name}\n`);
  describe.skip(name, body);
}
