import { z } from 'zod';
import { healthFacts } from '../../domain/health/facts.js';

/** What one fact of health comes to. */
export const healthFinding = z.strictObject({
  id: z.enum(healthFacts.map(({ id }) => id)),
  ok: z.boolean(),
  detail: z.string(),
  next: z.string().nullable().describe('what can be typed about it'),
});
