import { z } from 'zod';

const identifier = z.string().min(1).max(128);

/** One entry of an answer. Unknown keys are dropped and not an error: nothing of them is used. */
const entrySchema = z.object({
  evidence: z.array(identifier).max(32),
  rationale: z.string().max(4_000),
  choice: z.object({
    mission: identifier,
    action: identifier,
    parameters: z.record(z.string().max(64), z.union([z.string().max(4_096), z.number(), z.boolean()])).default({}),
  }),
});

const answerSchema = z.object({ proposals: z.array(z.unknown()).max(50) });

/** Undefined where it has not the form of an answer. */
export const parseEntries = (value: unknown): readonly unknown[] | undefined => {
  const parsed = answerSchema.safeParse(value);
  return parsed.success ? parsed.data.proposals : undefined;
};

/** Undefined where it has not the form of a candidate. */
export const parseEntry = (value: unknown): z.output<typeof entrySchema> | undefined => {
  const parsed = entrySchema.safeParse(value);
  return parsed.success ? parsed.data : undefined;
};
