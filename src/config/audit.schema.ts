import { z } from 'zod';
import { notBuilt, path, section } from './schema-parts.js';

/** agent.yaml, section `audit`. */
export const auditSchema = section({
  on_failure: notBuilt(z.string(), 'block', 'another answer to a broken audit trail'),
  heads: section({
    interval_seconds: z
      .number()
      .min(1)
      .max(86_400)
      .default(300)
      .describe('Seconds between two signed heads: what is newer is vouched for by nobody yet'),
    key_path: path.optional().describe('Private key of the heads; default: heads.key beside the mission log'),
    second_place: path.optional().describe('Folder that every head is copied to, best on another machine'),
  }),
});
