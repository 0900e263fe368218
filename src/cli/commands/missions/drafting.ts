import { randomUUID } from 'node:crypto';
import type { DraftAnswer } from '../../../adapters/model/model.js';
import type { JanusConfig } from '../../../config/config.js';
import { logFilesOf } from '../../../config/config.js';
import type { JanusErrorCode } from '../../../domain/errors.js';
import { JanusError } from '../../../domain/errors.js';
import type { ModelFailed } from '../../../domain/model/answer.js';
import type { DraftRequest } from '../../../domain/model/draft.js';
import { visible } from '../../../domain/text/visible.js';
import { createModelCalls, whyNotAsked } from '../../../domain/thinking/model-calls.js';
import { modelAnsweredEntry, modelCalledEntry } from '../../../domain/thinking/model-records.js';
import type { Context } from '../../command.js';
import { assertNotStopped } from '../oracle/asking.js';

async function openDrafter({ llm, paths }: JanusConfig) {
  const { createDrafter } = await import('../../../adapters/model/create-model.js');
  const { ownWayOut } = await import('../../../adapters/egress/own-way-out.js');
  const { temperature, outputTokensMax, responseBytesMax, promptTokensMax, remoteFallback } = llm;
  return createDrafter({
    endpoints: llm.providers.map((provider) => ({ ...provider, temperature, outputTokensMax, responseBytesMax })),
    prompt: { promptTokensMax, outputTokensMax, principles: [] },
    remoteFallback,
    wayOut: ownWayOut(paths.egressControl, { name: 'model', responseBytesMax }),
  });
}

/** The whole answer may take as long as all providers, one after the other. */
const secondsOf = ({ llm }: JanusConfig) => llm.providers.reduce((sum, { timeoutMilliseconds }) => sum + timeoutMilliseconds, 0) / 1_000;

/** Asked by a person, and paid for like a question of a cycle: its record is written before, under the append lock (spec T3). */
async function askOnRecord(request: DraftRequest, config: JanusConfig, context: Context): Promise<DraftAnswer> {
  const { createAuditTrail } = await import('../../../adapters/audit/write/create-audit-trail.js');
  const drafter = await openDrafter(config);
  const calls = createModelCalls();
  const { llm, vesselName } = config;
  const limits = { ...llm, tokensPerCall: llm.promptTokensMax + llm.outputTokensMax };
  const trail = createAuditTrail({ files: logFilesOf(config), vesselName, clock: context.now, projections: { mission_log: [calls] } });
  const asked = { step: 'mission', by: visible(context.user()).slice(0, 128) };
  try {
    const id = `model/person/${randomUUID()}`;
    let refusal: ReturnType<typeof whyNotAsked>;
    await trail.decide('mission_log', () => {
      refusal = whyNotAsked(calls.snapshot(), limits, context.now());
      return refusal === undefined ? modelCalledEntry(id, asked, { tokens: limits.tokensPerCall }) : undefined;
    });
    if (refusal !== undefined) return { kind: 'failed', ...refusal };
    const answer = await drafter.draft(request, context.signal);
    await trail.append('mission_log', modelAnsweredEntry(id, asked, answer.kind === 'answered' ? { ...answer, chosen: 1 } : answer));
    return answer;
  } finally {
    await trail.close();
  }
}

const codes: Readonly<Partial<Record<ModelFailed['code'], JanusErrorCode>>> = {
  timeout: 'TIMEOUT',
  no_provider: 'MODEL_UNAVAILABLE',
  budget: 'MODEL_UNAVAILABLE',
  breaker_open: 'MODEL_UNAVAILABLE',
};

/** What a model makes of a sentence. Throws MODEL_UNAVAILABLE, MODEL_FAILED, TIMEOUT or EMERGENCY_STOP; `byHand` is what can be typed instead. */
export async function draftOnRecord(request: DraftRequest, byHand: string, context: Context) {
  const config = await context.config();
  if (config.llm.providers.length === 0)
    throw new JanusError(
      'MODEL_UNAVAILABLE',
      'no model is configured (llm.providers), so the sentence is in no form yet. Nothing was stored',
      {
        next: `say when it is reached yourself: ${byHand}`,
      },
    );
  await assertNotStopped(config);
  context.stderr.write(`The model reads the sentence (at most ${secondsOf(config)} s).\n`);
  const answer = await askOnRecord(request, config, context);
  if (answer.kind === 'answered') return answer;
  if (context.signal.aborted) throw context.signal.reason as Error;
  const { code, why, provider } = answer;
  throw new JanusError(
    codes[code] ?? 'MODEL_FAILED',
    `the model${provider === undefined ? '' : ` ${visible(provider)}`}: ${code}: ${visible(why)}. Nothing was stored`,
    {
      details: { outcome: code },
      next: `without it: ${byHand}`,
    },
  );
}
