import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { root } from './lib/prepare.mjs';
import { main, say } from './lib/say.mjs';

/** Writes schemas/*.json from src/cli/schemas/json-schemas.ts; a test holds that they are equal. */
await main(async () => {
  const source = fileURLToPath(new URL('src/cli/schemas/json-schemas.ts', root));
  const { outputFiles } = await build({ entryPoints: [source], bundle: true, format: 'esm', platform: 'node', write: false });
  const { shippedSchemas } = await import(`data:text/javascript;base64,${Buffer.from(outputFiles[0].contents).toString('base64')}`);
  const folder = fileURLToPath(new URL('schemas/', root));
  mkdirSync(folder, { recursive: true });
  const files = shippedSchemas();
  for (const name of readdirSync(folder)) if (!(name in files)) rmSync(`${folder}${name}`);
  for (const [name, text] of Object.entries(files)) writeFileSync(`${folder}${name}`, text);
  say(`${Object.keys(files).length} schemas in schemas/`);
});
