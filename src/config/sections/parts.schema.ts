import { z } from 'zod';

export const path = z.string().min(1).max(512);

export const text = z.string().min(1).max(256);

/** An object whose keys all have defaults, so that the whole section may be left out. */
export const section = <T extends z.ZodRawShape>(shape: T) => z.strictObject(shape).prefault({} as never);
