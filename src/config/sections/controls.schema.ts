import { z } from 'zod';
import { path, section } from './parts.schema.js';

/** How many actions run, and how that number is found (spec G1, G2). */
export const harnessSchema = section({
  max_concurrency: z.number().int().min(1).max(64).default(2).describe('Actions that may run at once'),
  default_timeout_minutes: z.number().positive().max(10).default(5).describe('Wall clock of an action that names none'),
  tick_interval: z.number().min(0.1).max(60).default(0.5).describe('Seconds between two ticks of the escapement'),
  enable_governor: z
    .boolean()
    .default(true)
    .describe('The governor finds how many actions run; false: max_concurrency of them, whatever the host bears'),
  governor_target_backlog: z
    .number()
    .int()
    .min(0)
    .max(1_000)
    .default(0)
    .describe('Actions that may wait before the governor raises its limit'),
  governor_kp: z.number().min(0).max(10).default(0.2).describe('Proportional gain: how much a change of the backlog moves the limit'),
  governor_ki: z.number().min(0).max(10).default(0.05).describe('Integral gain: how much a lasting backlog moves it, each second'),
  relief_enabled: z
    .boolean()
    .default(true)
    .describe('The relief valve holds actions back while the host is short of memory or stalls; false: never'),
});

/** When the host is overloaded (spec G3). */
export const watchdogSchema = section({
  sample_interval_seconds: z
    .number()
    .min(1)
    .max(3_600)
    .default(30)
    .describe('Seconds that a stall may last before the relief valve takes it for an emergency; it looks at every tick'),
  restart_on_failure: z
    .boolean()
    .default(true)
    .describe('A worker that crashed or hung is started again; false: it stays down until somebody starts it'),
  cpu_threshold_percent: z.number().positive().max(100).default(90).describe('CPU use above which a stall opens the relief valve'),
  memory_threshold_mb: z
    .number()
    .int()
    .min(64)
    .max(16_777_216)
    .default(28_000)
    .describe('Memory in use that is an emergency; 90 % of the host where that is less'),
});

const perTime = (max: number) => z.number().int().min(1).max(max);

/** Of one action type (spec G5). */
const rateLimitSchema = z
  .strictObject({
    per_minute: perTime(10_000).optional(),
    per_hour: perTime(100_000).optional(),
    burst: perTime(10_000).optional(),
  })
  .refine(({ per_minute: minute, per_hour: hour }) => minute !== undefined || hour !== undefined, 'name per_minute, per_hour or both');

const limitedType = z
  .string()
  .regex(/^(\*|[a-z0-9_]{1,64})$/, 'must be an action type in snake case, such as disk_report, or * for all together');

export const controlsSchema = section({
  metrics_interval_seconds: z
    .number()
    .min(1)
    .max(3_600)
    .default(30)
    .describe('Seconds between two looks at disk, processes, connections and own use; an alert needs so long'),
  enable_monitoring: z.boolean().default(true).describe('Alerts about the host, and the limits of Janus itself'),
  pause_after_failures: z
    .number()
    .int()
    .min(3)
    .max(1_000)
    .default(3)
    .describe(
      'Failed actions within ten minutes that pause the vessel until somebody resumes. More than 3 is more than the charter allows: for trials',
    ),
  rate_limits: z
    .record(limitedType, rateLimitSchema)
    .default({})
    .describe(
      'By action type: starts that are permitted in any minute (per_minute), in any hour (per_hour), at once (burst, then at an even pace). Over the limit an approved proposal waits until its deadline. "*": all types together',
    ),
});

/** What all actions of the vessel together may ask of the network. */
export const networkRatesSchema = section({
  requests_per_minute: perTime(10_000)
    .default(30)
    .describe('Requests and CONNECTs of all actions together that janus-egress lets out in any minute; more get 429 with Retry-After'),
  requests_per_hour: perTime(100_000).default(500).describe('The same in any hour'),
});

export const killSwitchSchema = section({
  enabled: z.literal(true, 'the kill switch is always live: only true is accepted').default(true).describe('Always true'),
  emergency_stop_file: path.default('/srv/janus/EMERGENCY_STOP').describe('While this file exists nothing starts'),
  rollback: z
    .enum(['wait', 'run'])
    .default('wait')
    .describe(
      'What an emergency stop ended, and what was being rolled back: wait until the stop is lifted, or run the rollback while it stands. Frozen at the review, which shows it',
    ),
  watchdog_violations_threshold: z
    .number()
    .int()
    .min(1)
    .max(100)
    .default(3)
    .describe("Violations of the watchdog's limits within an hour that pull the stop in beta and omega; in alpha each is an alert"),
  constitutional_violation_action: z
    .enum(['immediate_stop', 'pause', 'alert'])
    .default('immediate_stop')
    .describe('What follows a breach of the constitution: an emergency stop, a pause until somebody resumes, or only that people are told'),
});
