import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { runJest } from './lib/jest.mjs';
import { prepare, rootPath } from './lib/prepare.mjs';
import { printedSchemas, writeSchemas } from './lib/printed-schemas.mjs';
import { main, say } from './lib/say.mjs';

const tests = join(rootPath, 'test', 'cli');

/** The tests that compare with a golden file; the others need not run to write them. */
const comparing = () =>
  readdirSync(tests, { recursive: true })
    .filter((path) => path.endsWith('.test.ts'))
    .map((path) => join(tests, path))
    .filter((path) => readFileSync(path, 'utf8').includes('expectGolden('));

/** Writes anew what tests compare with: schemas/ from the shapes that commands print, test/cli/golden from what they show. */
await main(async () => {
  await prepare();
  const schemas = await printedSchemas();
  writeSchemas(schemas);
  rmSync(join(tests, 'golden'), { recursive: true, force: true });
  process.exitCode = await runJest(['--silent', '--testNamePattern', 'for people at', '--runTestsByPath', ...comparing()], {
    JANUS_UPDATE_GOLDEN: '1',
  });
  if (process.exitCode !== 0) return;
  say(`${Object.keys(schemas).length} schemas and the screens are written; read what changed: git diff schemas test/cli/golden`);
});
