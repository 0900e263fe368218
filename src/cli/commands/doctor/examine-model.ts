import type { Provider } from '../../../config/sections/llm.js';
import type { Context } from '../../command.js';
import type { Found } from './finding.js';

/** For a look at a server on this machine. */
const lookMilliseconds = 2_000;

/** What the model server of this machine says of itself; another one may not know the question. */
async function askHealth({ baseUrl }: Provider): Promise<string | undefined> {
  try {
    const response = await fetch(new URL('/health', baseUrl), { signal: AbortSignal.timeout(lookMilliseconds), redirect: 'error' });
    const text = (await response.text()).slice(0, 1_000);
    const { model, gpu, threads } = JSON.parse(text) as Readonly<Record<string, unknown>>;
    return typeof model === 'string' ? `answers: ${model}, gpu ${String(gpu)}, threads ${String(threads)}` : 'answers';
  } catch {
    return undefined;
  }
}

async function examineProvider(provider: Provider): Promise<Found> {
  const { name, baseUrl, keyFile, isLocal } = provider;
  const { readKey } = await import('../../../adapters/outbound/key-file.js');
  const key = keyFile === undefined ? undefined : await readKey(keyFile);
  if (key !== undefined && 'why' in key) return { ok: false, detail: `${name}: ${key.why}`, next: `chmod 600 ${keyFile ?? ''}` };
  if (!isLocal) return { ok: true, detail: `${name}: ${baseUrl}, through janus-egress; not asked here` };
  const health = await askHealth(provider);
  return health === undefined
    ? { ok: false, detail: `${name}: nothing answers at ${baseUrl}: no proposals from it`, next: 'npm run local-model' }
    : { ok: true, detail: `${name}: ${baseUrl} ${health}` };
}

/** The endpoints that a model is asked at (spec T3, T4). Nothing is spent: no question is put. */
export async function examineModel(context: Context): Promise<Found[]> {
  const { llm, catalogue } = await context.config();
  if (llm.providers.length === 0) return [{ ok: true, detail: 'llm.providers names none: playbooks and people propose' }];
  const found = await Promise.all(llm.providers.map(examineProvider));
  return [...found, { ok: true, detail: `${catalogue.length} actions to choose from; llm.local.gpu is ${llm.local.gpu}` }];
}
