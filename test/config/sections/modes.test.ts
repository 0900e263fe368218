import { describe, expect, it } from '@jest/globals';
import { modesSchema } from '../../../src/config/sections/modes.schema.js';
import { toModes } from '../../../src/config/sections/modes.js';
import { charter } from '../../../src/domain/modes/settings.js';

const settingsOf = (change: object) => toModes(modesSchema.parse(change)).settings;

describe('modes of agent.yaml (spec T7)', () => {
  it('are the charter where nobody says more', () => expect(settingsOf({})).toEqual(charter));

  it.each([
    ['alpha_days', 29, 31],
    ['beta_days', 179, 181],
    ['approval_percent', 94, 96],
    ['coverage_percent', 79, 81],
    ['min_decided', 51, 53],
    ['max_rejection_percent', 21, 19],
    ['demotion_min_decided', 6, 4],
    ['rejections_in_a_row', 4, 2],
    ['review_days', 6, 8],
    ['sunset_days', 91, 89],
    ['remedy_days', 31, 29],
    ['max_silence_hours', 37, 35],
  ])('%s: %i is looser and refused, %i is stricter', (key, looser, stricter) => {
    expect(modesSchema.safeParse({ [key]: looser }).error?.issues[0]?.message).toContain('charter');
    expect(Object.values(settingsOf({ [key]: stricter }))).toContain(stricter);
  });

  it.each([
    ['two recommenders', { recommenders: ['claude', 'codex'] }],
    ['one twice', { recommenders: ['claude', 'codex', 'claude'] }],
    ['a type of action that is none', { exclude: ['*'] }],
    ['no time to object', { veto_minutes: 0 }],
    ['half a minute', { veto_minutes: 0.5 }],
    ['an unknown key', { alpha: 1 }],
  ])('%s is an error', (_, change) => expect(modesSchema.safeParse(change).success).toBe(false));
});
