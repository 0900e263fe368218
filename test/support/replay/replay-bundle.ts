import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { rename, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type * as bundling from '../../../src/worker/temporal/bundle.js';

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const dist = (path: string) => here(`../../../dist/${path}`);
/** All that the bundle is made of. */
const sources = [dist('.janus-build'), here('./recording-interceptor.ts'), here('./plain.ts'), here('./replay-bundle.ts')];

/**
 * The built workflows with the interceptor that records their commands. Built once for each build, by the same function that makes the real
 * bundle; two test files at once may both build it, and one of them wins.
 */
export async function replayBundle(): Promise<string> {
  const hash = createHash('sha256');
  for (const file of sources) hash.update(readFileSync(file));
  const cached = dist(`replay-bundle-${hash.digest('hex').slice(0, 16)}.js`);
  if (existsSync(cached)) return readFileSync(cached, 'utf8');
  const { buildWorkflowBundle } = (await import(dist('worker/temporal/bundle.js'))) as typeof bundling;
  const code = await buildWorkflowBundle([here('./recording-interceptor.ts')]);
  await writeFile(`${cached}.${process.pid}`, code);
  await rename(`${cached}.${process.pid}`, cached);
  return code;
}
