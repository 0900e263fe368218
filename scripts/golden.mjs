import { rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { runJest } from './lib/jest.mjs';
import { prepare, root } from './lib/prepare.mjs';
import { printedSchemas, writeSchemas } from './lib/printed-schemas.mjs';
import { main, say } from './lib/say.mjs';

/** Writes anew what tests compare with: schemas/ from the shapes that commands print, test/cli/golden from what they show. */
await main(async () => {
  await prepare();
  const schemas = await printedSchemas();
  writeSchemas(schemas);
  rmSync(fileURLToPath(new URL('test/cli/golden/', root)), { recursive: true, force: true });
  process.exitCode = await runJest(['--silent', '--testPathPatterns', 'test/cli/', '--testNamePattern', 'for people at'], {
    JANUS_UPDATE_GOLDEN: '1',
  });
  if (process.exitCode !== 0) return;
  say(`${Object.keys(schemas).length} schemas and the screens are written; read what changed: git diff schemas test/cli/golden`);
});
