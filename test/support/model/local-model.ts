import { join } from 'node:path';
import { closeAtTheEnd } from '../closing.js';

interface LocalModel {
  readonly url: string;
  stop(): Promise<void>;
}

const script = <T>(path: string) => import(new URL(`../../../${path}`, import.meta.url).href) as Promise<T>;

/** The real server of `local-model/` with small weights, or with random ones; gives the address of its interface. Ended after the tests. */
export async function startLocalModel(weights: 'random' | 'smollm2', folder: string): Promise<string> {
  const { openLocalModel } = await script<{ readonly openLocalModel: (settings: object) => Promise<LocalModel> }>(
    'scripts/lib/local-model.mjs',
  );
  const file = join(folder, 'random.gguf');
  if (weights === 'random') {
    const { writeRandomWeights } = await script<{ readonly writeRandomWeights: (file: string) => void }>('local-model/random-weights.mjs');
    writeRandomWeights(file);
  }
  const server = await openLocalModel({ ...(weights === 'random' && { model: file }), port: 0, gpu: 'off' });
  closeAtTheEnd(() => server.stop());
  return server.url;
}
