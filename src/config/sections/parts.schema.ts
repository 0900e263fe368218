import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';

export const path = z.string().min(1).max(512);

/** Accepts only its default: the key is known, its feature is not built yet, and silence about that would be a promise. */
export const notBuilt = <T extends z.ZodType>(schema: T, fallback: z.output<T>, feature: string) =>
  schema
    .default(fallback as never)
    .refine((value) => isDeepStrictEqual(value, fallback), {
      message: `${feature} is not built yet: only ${JSON.stringify(fallback)} is accepted`,
    })
    .describe(`Has no effect yet (${feature}): only its default is accepted`);

export const text = z.string().min(1).max(256);

/** An object whose keys all have defaults, so that the whole section may be left out. */
export const section = <T extends z.ZodRawShape>(shape: T) => z.strictObject(shape).prefault({} as never);
