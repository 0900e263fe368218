import { logFilesOf } from '../../../config/config.js';
import type { Metrics } from '../../../domain/thinking/metrics.js';
import type { Trigger, TriggerResult } from '../../../domain/thinking/trigger.js';
import { evaluateTrigger } from '../../../domain/thinking/trigger.js';
import { createRecent, recentMetrics } from '../../../domain/trail/recent.js';
import { visible } from '../../../domain/text/visible.js';
import type { Context } from '../../command.js';
import { paint } from '../../terminal/output.js';

/** One condition, and whether it holds with the values of now. For programs: `heldCondition`. */
interface HeldCondition {
  readonly metric: string;
  readonly condition: string;
  readonly value: Metrics[string];
  readonly result: TriggerResult;
}

/** What the host and the trail of this machine tell now; what only a running vessel knows is missing. */
export async function measured(context: Context): Promise<Metrics> {
  const { collectHostMetrics } = await import('../../../adapters/host/host-metrics.js');
  const config = await context.config();
  const { paths } = config;
  const auditFiles = [paths.missionLog, paths.toolLog, paths.proposalsLog];
  const host = await collectHostMetrics({ diskPath: paths.state, logFiles: [paths.agentLog], auditFiles, workspaces: paths.workspaces });
  const recent = createRecent();
  const { readWhole } = await import('../../../adapters/audit/read/read-trail.js');
  try {
    await readWhole(logFilesOf(config), 'proposals', ({ record }) => recent.apply(record));
  } catch {
    // Whoever may not read the trail is told that what it knows is unknown.
    return host;
  }
  return { ...host, ...recentMetrics(recent.snapshot(), context.now()) };
}

export const conditionsOf = (trigger: Trigger, metrics: Metrics): HeldCondition[] =>
  trigger.map((condition) => ({
    metric: condition.metric,
    condition: `${condition.operator}${condition.literal}`,
    value: metrics[condition.metric] ?? null,
    result: evaluateTrigger([condition], metrics),
  }));

/** For people: a line for each. */
export function conditionLines(conditions: readonly HeldCondition[], context: Context): string[] {
  const mark = { match: paint(context, 'green', '✓'), no_match: paint(context, 'yellow', '✗'), unknown: '?' };
  return conditions.map(
    ({ metric, condition, value, result }) =>
      `${mark[result]} ${metric} is ${value === null ? 'unknown' : visible(String(value))} (${condition})`,
  );
}
