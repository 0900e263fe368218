import { fileURLToPath } from 'node:url';
import { root } from './prepare.mjs';

/** A module of `src` as it stands there, not as it was last built. */
export async function importSource(path) {
  const { build } = await import('esbuild');
  const source = fileURLToPath(new URL(`src/${path}`, root));
  const { outputFiles } = await build({ entryPoints: [source], bundle: true, format: 'esm', platform: 'node', write: false });
  return import(`data:text/javascript;base64,${Buffer.from(outputFiles[0].contents).toString('base64')}`);
}
