import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import type { Endpoint } from '../../../src/adapters/model/ask-provider.js';
import { createModel } from '../../../src/adapters/model/create-model.js';
import { aCatalogue, aContext } from '../model/subjects.js';

/** What became of one question. */
export interface Asked {
  /** Of the failure, or `answered`. */
  readonly code: string;
  readonly milliseconds: number;
  /** The most memory that this process ever had (RSS, bytes). */
  readonly peak: number;
}

// As a busy process does: what nobody holds is gone.
if (process.argv[3] === 'tidy') {
  setFlagsFromString('--expose-gc');
  setInterval(runInNewContext('gc') as () => void, 20).unref();
}

/** Asks one endpoint after the other; the first one is to answer, so that whatever a question needs is loaded. */
const endpoints = JSON.parse(process.argv[2] ?? '[]') as readonly Endpoint[];
const prompt = { promptTokensMax: 4_000, outputTokensMax: 2_000, principles: [] };
const wayOut = { open: () => Promise.reject(new Error('nobody asked for a way out')) };
const request = { context: aContext(), catalogue: aCatalogue(), proposalsMax: 3, seed: 7 };

for (const endpoint of endpoints) {
  const started = performance.now();
  const answer = await createModel({ endpoints: [endpoint], prompt, wayOut, remoteFallback: false }).ask(
    request,
    new AbortController().signal,
  );
  process.send?.({
    code: answer.kind === 'failed' ? answer.code : answer.kind,
    milliseconds: performance.now() - started,
    peak: process.resourceUsage().maxRSS * 1_024,
  } satisfies Asked);
}
process.disconnect?.();
