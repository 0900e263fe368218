import type { Decided, ModeChange, ModeTrail, SeenViolation } from './evidence.js';
import { lifeOf, livedUntil, momentBefore } from './life.js';
import type { Mode } from './mode.js';
import type { ModeSettings } from './settings.js';
import { day, monthMilliseconds, weekMilliseconds } from './settings.js';
import { wilsonBound } from './wilson.js';

/** What conditions are judged by: whole numbers, all from the trail. Times are milliseconds since 1970. */
export interface Figures {
  readonly mode: Mode;
  /** What the mode that stands is called. */
  readonly standing: string;
  readonly since: number;
  /** The days of alpha begin again with a violation; those of beta end with one. */
  readonly countedFrom: number;
  readonly livedSeconds: number;
  /** Of the last 30 days that the vessel lived. */
  readonly month: Rate & { readonly expired: number; readonly from: number | null; readonly wilson: number };
  readonly week: Rate;
  /** The first moment at which too much was rejected, or so many in a row, while this mode stood. */
  readonly driftAt: number | null;
  readonly rowAt: number | null;
  readonly violations: number;
  readonly lastViolation: string | null;
  readonly openViolations: number;
  readonly openSeconds: number;
  readonly idleSeconds: number;
  /** How far the newest record lies ahead of the clock. */
  readonly aheadSeconds: number;
  readonly votes: readonly string[];
  readonly lastVoteAt: number | null;
  readonly verifiedAt: number | null;
  readonly reconciledAt: number | null;
  /** What ran without a person since this mode stands. */
  readonly ranAlone: number;
  readonly flagged: number;
}

interface Rate {
  readonly approved: number;
  readonly rejected: number;
}

/** Before anybody has decided anything about the mode. */
export const initialStanding = 'mode-initial';

export const standingChange = ({ vessel: { changes } }: ModeTrail): ModeChange | undefined => changes.at(-1);

/** What people said, in order: a flag on what ran alone is a rejection that came afterwards. */
export function saidIn({ vessel: { flags }, proposals: { decided, alone } }: ModeTrail): readonly Decided[] {
  const flagged = flags.filter(({ id }) => alone.has(id)).map((flag): Decided => ({ ...flag, outcome: 'rejected' }));
  return flagged.length === 0 ? decided : [...decided, ...flagged].sort((a, b) => a.at - b.at);
}

const isOutcome =
  (outcome: Decided['outcome']) =>
  (each: Decided): boolean =>
    each.outcome === outcome;
const rateOf = (said: readonly Decided[]): Rate => ({
  approved: said.filter(isOutcome('approved')).length,
  rejected: said.filter(isOutcome('rejected')).length,
});
const after = (said: readonly Decided[], moment: number) => said.filter(({ at }) => at > moment);

/** Too much was rejected: more than so many percent of what people decided within seven days (charter). */
export const isDrifting = ({ approved, rejected }: Rate, { rejectionPercentMax, demotionDecidedMin }: ModeSettings): boolean =>
  approved + rejected >= demotionDecidedMin && 100 * rejected > rejectionPercentMax * (approved + rejected);

/** What can take a mode away: whoever merely reaches the server may reject, and has no key. */
const weighty = (said: readonly Decided[]) => said.filter(({ outcome, isClaim }) => outcome !== 'expired' && isClaim !== true);

/** Asked at each decision from a moment on, so that a brain that was not there misses nothing. */
function firstDrift(said: readonly Decided[], from: number, settings: ModeSettings): number | null {
  const decided = weighty(said);
  let [first, approved, rejected] = [0, 0, 0];
  for (const { at, outcome } of decided) {
    if (outcome === 'approved') approved += 1;
    else rejected += 1;
    for (; (decided[first] as Decided).at <= at - weekMilliseconds; first += 1) {
      if ((decided[first] as Decided).outcome === 'approved') approved -= 1;
      else rejected -= 1;
    }
    if (at >= from && isDrifting({ approved, rejected }, settings)) return at;
  }
  return null;
}

/** So many rejections, and no approval between them, within a day. */
function firstInARow(said: readonly Decided[], from: number, { rejectionsInARow: count }: ModeSettings): number | null {
  const decided = weighty(said);
  for (const [index, { at }] of decided.entries()) {
    const last = decided.slice(Math.max(0, index + 1 - count), index + 1);
    const isRow = last.length === count && last.every(isOutcome('rejected')) && at - (last[0] as Decided).at < day;
    if (isRow && at >= from) return at;
  }
  return null;
}

const seconds = (milliseconds: number) => Math.max(0, Math.floor(milliseconds / 1_000));

/** The longest time without a cycle and without a completed action since a moment, up to now. */
function longestSilence({ vessel: { cycles }, proposals: { completions } }: ModeTrail, from: number, now: number): number {
  const active = [...cycles, ...completions.map(({ at }) => at)].filter((at) => at > from && at <= now).sort((a, b) => a - b);
  let [last, longest] = [from, 0];
  for (const at of [...active, now]) {
    longest = Math.max(longest, at - last);
    last = Math.max(last, at);
  }
  return longest;
}

/** Since when the days count, and what of the violations does. */
function violationsIn(violations: readonly SeenViolation[], mode: Mode, since: number) {
  const own = violations.filter(({ at }) => at >= since);
  const isClimbing = mode === 'beta' || mode === 'omega';
  return { countedFrom: isClimbing ? since : Math.max(since, own.at(-1)?.at ?? since), own };
}

/** What the trail says about the mode at a moment. Pure; the same trail and moment come to the same on every machine. */
export function figuresAt(trail: ModeTrail, settings: ModeSettings, now: number): Figures {
  const { vessel, proposals } = trail;
  const change = standingChange(trail);
  const mode = change?.to ?? 'alpha';
  const since = change?.at ?? vessel.firstAt ?? now;
  const said = saidIn(trail);
  const life = lifeOf(vessel.signs, settings.silenceHoursMax);
  const monthFrom = momentBefore(life, monthMilliseconds);
  const month = after(said, monthFrom);
  const rate = rateOf(month);
  const { countedFrom, own } = violationsIn(vessel.violations, mode, since);
  const open = vessel.violations.filter(({ closedAt }) => closedAt === undefined || closedAt > now);
  const yes = vessel.votes.filter(({ verdict }) => verdict === 'yes');
  return {
    ...{ mode, standing: change?.id ?? initialStanding, since, countedFrom },
    livedSeconds: seconds(livedUntil(life, Number.POSITIVE_INFINITY) - livedUntil(life, countedFrom)),
    month: {
      ...rate,
      expired: month.filter(isOutcome('expired')).length,
      from: Number.isFinite(monthFrom) ? monthFrom : null,
      wilson: wilsonBound(rate.approved, rate.approved + rate.rejected),
    },
    week: rateOf(after(said, now - weekMilliseconds)),
    ...{ driftAt: firstDrift(said, since, settings), rowAt: firstInARow(said, since, settings) },
    ...{ violations: own.length, lastViolation: own.at(-1)?.id ?? null, openViolations: open.length },
    openSeconds: seconds(Math.max(0, ...open.map(({ at }) => now - at))),
    aheadSeconds: seconds((vessel.newestAt ?? now) - now),
    idleSeconds: seconds(longestSilence(trail, since, now)),
    ...{ votes: yes.map(({ by }) => by), lastVoteAt: yes.at(-1)?.at ?? null },
    ...{ verifiedAt: vessel.verifiedAt ?? null, reconciledAt: vessel.reconciledAt ?? null },
    ranAlone: [...proposals.alone.values()].filter(({ at }) => at >= since).length,
    flagged: new Set(vessel.flags.filter(({ id, at }) => at >= since && proposals.alone.has(id)).map(({ id }) => id)).size,
  };
}
