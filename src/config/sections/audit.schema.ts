import { z } from 'zod';
import { path, section } from './parts.schema.js';

/** agent.yaml, section `audit`. */
export const auditSchema = section({
  on_failure: z
    .literal('block', 'what cannot be recorded must not happen: only block is accepted')
    .default('block')
    .describe('While the trail cannot be written nothing starts; one alert, and it goes on by itself'),
  rotation: section({
    max_mb: z.number().positive().max(4_096).default(64).describe('A file of a log is closed at the next upkeep when it is as large'),
    max_days: z.number().positive().max(366).default(30).describe('Or when its first record is as old'),
  }),
  retention: section({
    tool_use_days: z.number().int().min(1).max(36_500).default(365).describe('Closed files of tool_use go after so many days'),
    proposals_days: z
      .number()
      .int()
      .refine((days) => days === 0 || days >= 30, '0 (for ever), or at least 30: cooldowns and statistics need them')
      .default(0)
      .describe('The same for proposals; 0 keeps them for ever, as the mission log always is'),
  }),
  bookkeeping: section({
    enabled: z.boolean().default(true).describe("Each night: rotation, retention, verify, reconcile, and last month's report"),
    time: z
      .string()
      .regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'a time of the day such as 03:10')
      .default('03:10')
      .describe('When, in UTC'),
  }),
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
