import { parseDuration } from '../approval/decision.js';
import type { Metrics } from './metrics.js';
import type { Playbook } from './playbook.js';
import { describeTrigger, evaluateTrigger } from './trigger.js';

/** One time that a playbook was proposed, from the audit trail. */
export interface PlaybookRun {
  readonly playbookId: string;
  readonly at: Date;
}

export interface CycleSubject {
  readonly playbooks: readonly Playbook[];
  readonly metrics: Metrics;
  readonly runs: readonly PlaybookRun[];
  /** How many cycles in a row each playbook matched before this one. */
  readonly streaks: ReadonlyMap<string, number>;
  readonly now: Date;
  readonly proposalsMax: number;
}

/** A playbook that proposes nothing, and the reason. */
export interface SkippedPlaybook {
  readonly playbookId: string;
  readonly why: string;
}

export interface CycleChoice {
  readonly chosen: readonly Playbook[];
  readonly skipped: readonly SkippedPlaybook[];
  /** Those whose trigger did not hold, with the values that they looked at: "disk_usage_percent is 42 (>80)". */
  readonly unmatched: readonly SkippedPlaybook[];
}

const day = 86_400_000;

/** Why a playbook does not propose now; undefined where it does. */
function objection(playbook: Playbook, { metrics, runs, streaks, now }: CycleSubject): string | undefined {
  const { playbook_id: id, cooldown, max_runs_per_day: perDay, for_cycles: cycles, expires_at: expires } = playbook.document;
  if (expires !== undefined && new Date(expires) <= now) return `expired at ${expires}`;
  const result = evaluateTrigger(playbook.trigger, metrics);
  if (result !== 'match') return result === 'unknown' ? 'metric_unavailable' : 'no match';
  if ((streaks.get(id) ?? 0) + 1 < cycles) return `matched ${(streaks.get(id) ?? 0) + 1} of ${cycles} cycles`;
  const own = runs.filter((run) => run.playbookId === id).map(({ at }) => now.getTime() - at.getTime());
  const coolMilliseconds = (parseDuration(cooldown) ?? 0) * 1_000;
  const sinceLast = Math.min(...own);
  if (sinceLast < coolMilliseconds) return `cooldown ${cooldown}: again in ${Math.ceil((coolMilliseconds - sinceLast) / 60_000)} min`;
  return own.filter((ago) => ago < day).length >= perDay ? `ran ${perDay} times within a day` : undefined;
}

/** Which playbooks propose in this cycle: by priority, then by their order in the file, up to the cap. Pure and total (spec T2, T6). */
export function chooseProposals(subject: CycleSubject): CycleChoice {
  const skipped: SkippedPlaybook[] = [];
  const fit: Playbook[] = [];
  for (const playbook of subject.playbooks) {
    const why = objection(playbook, subject);
    if (why === undefined) fit.push(playbook);
    else if (why !== 'no match') skipped.push({ playbookId: playbook.document.playbook_id, why });
  }
  fit.sort((a, b) => b.document.priority - a.document.priority);
  const over = fit
    .slice(subject.proposalsMax)
    .map(({ document }) => ({ playbookId: document.playbook_id, why: `only ${subject.proposalsMax} proposals per cycle` }));
  const unmatched = subject.playbooks
    .filter(({ trigger }) => evaluateTrigger(trigger, subject.metrics) !== 'match')
    .map(({ document, trigger }) => ({ playbookId: document.playbook_id, why: describeTrigger(trigger, subject.metrics) }));
  return { chosen: fit.slice(0, subject.proposalsMax), skipped: [...skipped, ...over], unmatched };
}
