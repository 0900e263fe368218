import { z } from 'zod';

const count = z.number().int().min(0).max(1_000_000_000);

/** What an OpenAI-compatible endpoint answers; of it only what is used, everything else may be as it likes. */
const completionSchema = z.object({
  model: z.string().max(256).optional().catch(undefined),
  choices: z.array(z.object({ message: z.object({ content: z.string() }), finish_reason: z.string().nullish().catch(undefined) })).min(1),
  usage: z.object({ prompt_tokens: count, completion_tokens: count }).optional().catch(undefined),
});

export interface Completion {
  readonly text: string;
  /** It ran out of tokens: the rest is missing. */
  readonly isCut: boolean;
  readonly model?: string;
  readonly usage?: { readonly promptTokens: number; readonly outputTokens: number };
}

/** Undefined where it is no completion with a text. */
export function parseCompletion(value: unknown): Completion | undefined {
  const parsed = completionSchema.safeParse(value);
  const [choice] = parsed.data?.choices ?? [];
  if (!parsed.success || choice === undefined) return undefined;
  const { model, usage } = parsed.data;
  return {
    text: choice.message.content,
    isCut: choice.finish_reason === 'length',
    ...(model !== undefined && { model }),
    ...(usage && { usage: { promptTokens: usage.prompt_tokens, outputTokens: usage.completion_tokens } }),
  };
}
