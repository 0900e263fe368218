import { chmodSync, rmSync, writeFileSync } from 'node:fs';
import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';
import { withNeededMessages } from './needed-messages.mjs';

/** Bundles `ubos`: one small entry, each command a chunk that is read only when it is typed. */
export async function bundleCli(root) {
  const { build } = await import('esbuild');
  const outdir = fileURLToPath(new URL('dist/cli/', root));
  rmSync(outdir, { recursive: true, force: true });
  const options = {
    entryPoints: [fileURLToPath(new URL('src/cli/main.ts', root))],
    outdir,
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    // What is not there need not be parsed: a tenth of the time of a command that talks to the server. Names stay, for --debug.
    minify: true,
    keepNames: true,
    external: ['fs-native-extensions', '@temporalio/core-bridge', '@temporalio/worker', '@swc/*'],
    // CommonJS dependencies still call require() for node's own modules.
    banner: {
      js: "#!/usr/bin/env node\nimport { createRequire as __createRequire } from 'node:module';\nconst require = __createRequire(import.meta.url);",
    },
    legalComments: 'none',
    metafile: true,
    logLevel: 'warning',
  };
  // Once to see of what it is made: that says which of Temporal's messages it can send and receive.
  const { metafile: draft } = await build({ ...options, write: false });
  const { metafile } = await build({ ...options, plugins: [withNeededMessages(Object.keys(draft.inputs))] });
  chmodSync(`${outdir}main.js`, 0o755);
  // Which source ended in which chunk: a test asks what a command loads.
  const inputs = Object.entries(metafile.outputs).map(([output, { inputs: of }]) => [basename(output), Object.keys(of)]);
  writeFileSync(`${outdir}inputs.json`, JSON.stringify(Object.fromEntries(inputs)));
}
