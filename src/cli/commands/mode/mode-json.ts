import { snakeKeys } from '../../../domain/text/key-case.js';
import { visible } from '../../../domain/text/visible.js';
import type { Output } from '../../command.js';
import { jsonObjects } from '../../schemas/json-objects.js';
import type { SeenMode } from './reading.js';

export const modeJson = jsonObjects(({ z, text, count }) => {
  const mode = z.enum(['manual', 'alpha', 'beta', 'omega']);
  const moment = z.number().describe('milliseconds since 1970');
  const position = z.strictObject({ seq: z.number(), prev: z.string().describe('hash of the line before') });
  const figures = z.strictObject({
    mode,
    standing: text.describe('what stands: orders about the mode name it'),
    since: moment,
    counted_from: moment,
    lived_seconds: count,
    month: z.strictObject({
      approved: count,
      rejected: count,
      expired: count,
      from: moment.nullable(),
      wilson: count.describe('ten-thousandths'),
    }),
    week: z.strictObject({ approved: count, rejected: count }),
    drift_at: moment.nullable(),
    row_at: moment.nullable(),
    violations: count,
    last_violation: text.nullable(),
    open_violations: count,
    open_seconds: count,
    idle_seconds: count,
    ahead_seconds: count,
    votes: z.array(z.string()),
    last_vote_at: moment.nullable(),
    verified_at: moment.nullable(),
    reconciled_at: moment.nullable(),
    ran_alone: count,
    flagged: count,
  });
  return {
    mode: z.strictObject({
      mode: mode.describe('what counts now: the lowest of earned, ceiling and what holds the vessel'),
      earned: mode.describe('by the trail alone'),
      recorded: mode.describe('as the last change of mode says'),
      ceiling: mode.nullable().describe('operational_mode; null with --trail'),
      held: text.nullable().describe('the stop or the pause that stands'),
      demotions: z.array(z.strictObject({ rule: text, to: mode, why: text })),
      unearned: z.array(z.strictObject({ change: text, why: text })).describe('steps up that the trail does not bear out'),
      next: mode.nullable(),
      ready: z.boolean().describe('every condition of the next mode is met: a signed authorisation would count'),
      conditions: z.array(z.strictObject({ rule: text, clause: text, need: text, found: text, met: z.boolean() })),
      figures,
      settings: z.record(z.string(), count),
      signed_words: z
        .strictObject({
          state: z.enum(['verified', 'not_verified']),
          by: text.nullable().describe('the file of keys'),
          why: text.nullable().describe('why they are not verified'),
          count,
          doubts: z.array(z.strictObject({ about: text, why: text })).describe('words that do not count'),
        })
        .nullable()
        .describe('who authorised and recommended; null where they were not asked for'),
      strange_checkpoints: count.describe('stand in for removed records, and are signed by no key of the brain: they count for nothing'),
      rests_on: z.strictObject({ mission_log: position, proposals: position }),
    }),
  };
});

export const isReady = ({ view: { next, conditions } }: SeenMode): boolean => next !== undefined && conditions.every(({ met }) => met);

function signedWords({ examined }: SeenMode) {
  if (examined === undefined) return null;
  const doubts = examined.doubts.map(({ about, why }) => ({ about: visible(about), why: visible(why) }));
  const [by, why] = examined.state === 'verified' ? [examined.by, null] : [null, visible(examined.why)];
  return { state: examined.state, by, why, count: examined.count, doubts };
}

export function writeMode(out: Output, seen: SeenMode): void {
  const { view, trail, settings, mode, ceiling = null, held = null } = seen;
  const { mode: earned, recorded, demotions, unearned, next = null, conditions, figures } = view;
  modeJson.write(out, 'mode', {
    ...{ mode, earned, recorded, ceiling, held, next, ready: isReady(seen) },
    demotions: demotions.map(({ rule, to, why }) => ({ rule, to, why })),
    unearned: unearned.map(({ change, why }) => ({ change: visible(change), why })),
    conditions,
    figures: snakeKeys(figures),
    settings: snakeKeys(settings),
    signed_words: signedWords(seen),
    strange_checkpoints: seen.strangeCheckpoints,
    rests_on: { mission_log: trail.vessel.position, proposals: trail.proposals.position },
  });
}
