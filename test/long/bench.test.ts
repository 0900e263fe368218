import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from '@jest/globals';
import { execa } from 'execa';
import { rootPath } from '../../scripts/lib/prepare.mjs';
import { useFolders } from '../support/folders.js';

const folder = useFolders();

// It wires workers of its own, which no other test starts.
it('npm run bench starts what it measures, beside a bare workflow', async () => {
  const file = join(folder(), 'report.json');
  const { exitCode, stderr } = await execa(process.execPath, ['scripts/bench.mjs', '--quick', '--only', 'latency', '--json', file], {
    cwd: rootPath,
    reject: false,
  });
  expect(exitCode === 0 ? '' : stderr).toBe('');
  // How much of it there is time for is the machine's: on a busy one, nothing but the warm-up.
  expect(JSON.parse(readFileSync(file, 'utf8'))).toMatchObject({ schema: 'janus.bench/v1', floor: {}, janus: {}, signed: {} });
});
