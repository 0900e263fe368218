import { writeFile } from 'node:fs/promises';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { bundleWorkflowCode } from '@temporalio/worker';

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const workflowsPath = here('../../workflows/index.js');
const payloadConverterPath = here('../../contract/payload-converter.js');

/** Where `npm run build` puts the bundle: a worker's start needs no webpack. */
export const bundleFile = here('../../workflow-bundle.js');

/** Bundles the workflows of the built output, with what tests may add to them. */
export async function buildWorkflowBundle(interceptors: readonly string[] = []): Promise<string> {
  const { code } = await bundleWorkflowCode({
    workflowsPath,
    payloadConverterPath,
    // Evaluated once for a thread, frozen, and shared: each workflow evaluated all of them anew, and kept what came of it. A test holds that they keep no state.
    preloadModules: [workflowsPath, payloadConverterPath],
    workflowInterceptorModules: [here('../../workflows/signals.js'), here('../../workflows/details.js'), ...interceptors],
    // Stack traces name files and lines of the source without holding all of it a second time.
    webpackConfigHook: (config) => ({ ...config, devtool: 'inline-nosources-source-map' }),
    logger: { log() {}, trace() {}, debug() {}, info() {}, warn() {}, error: (message) => process.stderr.write(`${message}\n`) },
  });
  return code;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  await writeFile(process.argv[2] ?? bundleFile, await buildWorkflowBundle());
}
