import { fileURLToPath, pathToFileURL } from 'node:url';
import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { root } from './prepare.mjs';

const folder = fileURLToPath(new URL('schemas/', root));

/** What schemas/ must hold: the shapes that the commands in src/cli say they print, by name of the file. */
export async function printedSchemas() {
  const { build } = await import('esbuild');
  const outfile = fileURLToPath(new URL('node_modules/.cache/janus/schemas.mjs', root));
  const source = fileURLToPath(new URL('src/cli/schemas/shipped.ts', root));
  await build({ entryPoints: [source], outfile, bundle: true, format: 'esm', platform: 'node', packages: 'external', logLevel: 'warning' });
  const { shippedSchemas } = await import(`${pathToFileURL(outfile).href}?${process.hrtime.bigint()}`);
  return shippedSchemas();
}

export function writeSchemas(files) {
  mkdirSync(folder, { recursive: true });
  for (const name of readdirSync(folder)) if (!(name in files)) rmSync(`${folder}${name}`);
  for (const [name, text] of Object.entries(files)) writeFileSync(`${folder}${name}`, text);
}
