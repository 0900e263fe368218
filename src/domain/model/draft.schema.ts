import { z } from 'zod';

const draftSchema = z.object({
  title: z.string().max(1_000),
  action_types: z.array(z.string().max(200)).max(64).default([]),
  success: z
    .array(
      z.object({
        metric: z.string().max(200),
        comparison: z.string().max(8).default('=='),
        value: z.union([z.number(), z.boolean(), z.string().max(200)]),
      }),
    )
    .max(16)
    .default([]),
});

/** Undefined where it has not the form of a draft. Unknown keys are dropped and not an error: nothing of them is used. */
export const parseDraft = (value: unknown): z.output<typeof draftSchema> | undefined => {
  const parsed = draftSchema.safeParse(value);
  return parsed.success ? parsed.data : undefined;
};
