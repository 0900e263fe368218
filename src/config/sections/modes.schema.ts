import { z } from 'zod';
import { charter } from '../../domain/modes/settings.js';
import { section, text } from './parts.schema.js';

const atLeast = (least: number, most: number) =>
  z.number().int().min(least, `the charter asks for ${least}: more is allowed, less is not`).max(most).default(least);
const atMost = (most: number, least = 1) =>
  z.number().int().min(least).max(most, `the charter allows ${most}: less is allowed, more is not`).default(most);

/** When the vessel may do more without a person, and when no longer (spec T7): the charter's numbers, which can be made stricter and never looser. */
export const modesSchema = section({
  alpha_days: atLeast(charter.alphaDays, 3_650).describe('Days of alpha before beta, in which the trail shows life'),
  beta_days: atLeast(charter.betaDays, 3_650).describe('Days of beta before omega, in which the trail shows life'),
  approval_percent: atLeast(charter.approvalPercentMin, 100).describe('Of what people decided in the last 30 days of life, approved'),
  coverage_percent: atLeast(charter.coveragePercentMin, 100).describe('Of what waited for people, decided by them'),
  min_decided: atLeast(charter.decidedMin, 10_000).describe(
    'Decisions that the rate needs: 52 without a rejection are the first that make 95 % sure',
  ),
  max_rejection_percent: atMost(charter.rejectionPercentMax, 0).describe('More than this rejected within 7 days demotes'),
  demotion_min_decided: atMost(charter.demotionDecidedMin).describe('Decisions within 7 days below which that rate says nothing'),
  rejections_in_a_row: atMost(charter.rejectionsInARow).describe('So many rejections in a row within 24 hours demote at once'),
  review_days: atLeast(charter.reviewDays, 365).describe('Days between the last recommendation and omega'),
  sunset_days: atMost(charter.sunsetDays).describe('Days without a cycle and without an action, after which all autonomy ends'),
  remedy_days: atMost(charter.remedyDays).describe('Days in which a violation has to be remedied, or all autonomy ends'),
  max_silence_hours: atMost(charter.silenceHoursMax, 2).describe('A longer silence of the trail counts as no life'),
  veto_minutes: z
    .number()
    .int()
    .min(1)
    .max(1_440)
    .default(15)
    .describe('Minutes in which people can object to a novel action of medium risk, before it runs in omega'),
  recommenders: z
    .array(text)
    .min(3)
    .max(16)
    .refine((names) => new Set(names).size === names.length, 'each of them once')
    .default(['claude', 'gemini', 'codex'])
    .describe('Whose recommendation omega needs, all of them, each signed with a key of its own in allowed_signers'),
  exclude: z
    .array(text.regex(/^[A-Za-z][A-Za-z0-9 _-]*$/, 'a type of action, such as log_rotation'))
    .max(256)
    .default([])
    .describe('Types of action that people look at in every mode'),
});

export type ModesDocument = z.output<typeof modesSchema>;
