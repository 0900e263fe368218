import type { Figures } from './figures.js';
import { isDrifting } from './figures.js';
import type { Mode } from './mode.js';
import type { ModeSettings } from './settings.js';
import { day } from './settings.js';

/** One thing that an upward step asks, with what was found. */
export interface Condition {
  readonly rule: string;
  readonly clause: string;
  readonly need: string;
  readonly found: string;
  readonly met: boolean;
}

/** Whose words count besides the numbers. */
export interface Voices {
  /** Those whose recommendation omega needs, all of them (charter: the Trinity). */
  readonly recommenders: readonly string[];
}

export interface Subject {
  readonly figures: Figures;
  readonly settings: ModeSettings;
  readonly voices: Voices;
  /** Milliseconds since 1970. */
  readonly now: number;
}

interface Rule {
  readonly rule: string;
  readonly clause: string;
  readonly look: (subject: Subject) => Omit<Condition, 'rule' | 'clause'>;
}

/** Days with two decimals, rounded down: 29.99 are not 30. */
const days = (seconds: number) => `${(Math.floor((seconds * 100) / 86_400) / 100).toFixed(2)} days`;
const percent = (tenThousandths: number) => `${(tenThousandths / 100).toFixed(2)} %`;
/** In percent with two decimals, rounded down. */
const share = (part: number, whole: number) => (whole === 0 ? '-' : percent(Math.floor((part * 10_000) / whole)));

const lived = (wanted: (settings: ModeSettings) => number, mode: string, clause: string): Rule => ({
  rule: 'days',
  clause,
  look: ({ figures: { livedSeconds }, settings }) => ({
    need: `${wanted(settings)} days of ${mode} in which the trail shows life`,
    found: days(livedSeconds),
    met: livedSeconds * 1_000 >= wanted(settings) * day,
  }),
});

const rate: Rule = {
  rule: 'approval_rate',
  clause: 'charter: 95 %+ of decided proposals approved',
  look: ({ figures: { month }, settings: { approvalPercentMin } }) => {
    const decided = month.approved + month.rejected;
    return {
      need: `${approvalPercentMin} % of what people decided in the last 30 days of life approved`,
      found: `${month.approved} of ${decided} (${share(month.approved, decided)}; Wilson bound ${percent(month.wilson)})`,
      met: decided > 0 && 100 * month.approved >= approvalPercentMin * decided,
    };
  },
};

const sample: Rule = {
  rule: 'sample',
  clause: 'fewer decisions say nothing about the rate',
  look: ({ figures: { month }, settings: { decidedMin } }) => ({
    need: `${decidedMin} decisions`,
    found: String(month.approved + month.rejected),
    met: month.approved + month.rejected >= decidedMin,
  }),
};

const coverage: Rule = {
  rule: 'coverage',
  clause: 'silence is no approval',
  look: ({ figures: { month }, settings: { coveragePercentMin } }) => {
    const decided = month.approved + month.rejected;
    const asked = decided + month.expired;
    return {
      need: `${coveragePercentMin} % of what waited for people decided by them`,
      found: `${decided} of ${asked} (${share(decided, asked)})`,
      met: asked > 0 && 100 * decided >= coveragePercentMin * asked,
    };
  },
};

const calm: Rule = {
  rule: 'no_drift',
  clause: 'what would demote at once is no time to promote',
  look: ({ figures: { week }, settings }) => ({
    need: `no more than ${settings.rejectionPercentMax} % rejected in the last 7 days`,
    found: `${week.rejected} of ${week.approved + week.rejected}`,
    met: !isDrifting(week, settings),
  }),
};

const clean: Rule = {
  rule: 'violations',
  clause: 'charter: zero constitutional violations',
  look: ({ figures: { violations, countedFrom, since, mode, openViolations } }) => {
    const counted = mode === 'alpha' && countedFrom > since ? 0 : violations;
    return {
      need: 'no violation in these days, and none open',
      found: `${counted}, ${openViolations} open`,
      met: counted + openViolations === 0,
    };
  },
};

const unanimous: Rule = {
  rule: 'recommendations',
  clause: 'charter: unanimous recommendation of the Trinity',
  look: ({ figures: { votes }, voices: { recommenders } }) => {
    const said = recommenders.filter((name) => votes.includes(name));
    return {
      need: `yes of ${recommenders.join(', ')}`,
      found: said.length === 0 ? 'nobody' : said.join(', '),
      met: recommenders.length >= 3 && said.length === recommenders.length,
    };
  },
};

const reviewed: Rule = {
  rule: 'review',
  clause: 'charter: a review period of at least 7 days',
  look: ({ figures: { lastVoteAt }, settings: { reviewDays }, now }) => ({
    need: `${reviewDays} days since the last recommendation`,
    found: lastVoteAt === null ? 'there is none' : days(Math.floor((now - lastVoteAt) / 1_000)),
    met: lastVoteAt !== null && now - lastVoteAt >= reviewDays * day,
  }),
};

const audited = (rule: string, field: 'verifiedAt' | 'reconciledAt', need: string): Rule => ({
  rule,
  clause: 'charter: a full audit before any re-activation',
  look: ({ figures: { [field]: found, since } }) => ({
    need,
    found: found === null ? 'never' : new Date(found).toISOString(),
    met: found !== null && found > since,
  }),
});

/** Clocks of one machine do not differ by more; what lies further ahead was written under another clock. */
const aheadSecondsMax = 60;

const clock: Rule = {
  rule: 'clock',
  clause: 'a clock that was set back earns nothing',
  look: ({ figures: { aheadSeconds } }) => ({
    need: 'no record from the future',
    found: aheadSeconds === 0 ? 'none' : `the newest is ${aheadSeconds} s ahead of the clock`,
    met: aheadSeconds <= aheadSecondsMax,
  }),
};

const remedied: Rule = {
  rule: 'remedied',
  clause: 'charter: a violation is remedied first',
  look: ({ figures: { openViolations } }) => ({ need: 'no open violation', found: String(openViolations), met: openViolations === 0 }),
};

const common = [rate, sample, coverage, calm, clean, clock];

/** What each upward step asks, by where it leads (spec T7). That somebody signed it comes on top. */
export const conditionRules: Readonly<Record<'alpha' | 'beta' | 'omega', readonly Rule[]>> = {
  alpha: [
    audited('verified', 'verifiedAt', 'the trail found whole since then (ubos audit verify, nightly)'),
    audited('reconciled', 'reconciledAt', 'the trail found to agree with the server since then (nightly)'),
    remedied,
  ],
  beta: [lived(({ alphaDays }) => alphaDays, 'alpha', 'charter: 30+ days of alpha'), ...common],
  omega: [lived(({ betaDays }) => betaDays, 'beta', 'charter: 180+ days of beta'), ...common, unanimous, reviewed],
};

/** The only step up from each mode. */
export const nextMode: Readonly<Record<Mode, 'alpha' | 'beta' | 'omega' | undefined>> = {
  manual: 'alpha',
  alpha: 'beta',
  beta: 'omega',
  omega: undefined,
};

export const conditionsFor = (target: 'alpha' | 'beta' | 'omega', subject: Subject): readonly Condition[] =>
  conditionRules[target].map(({ rule, clause, look }) => ({ rule, clause, ...look(subject) }));
