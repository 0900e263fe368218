import { stages } from '../../../domain/controls/orders.js';
import type { PublishedControls } from '../../../domain/controls/published.js';
import type { Output } from '../../command.js';
import { jsonObjects } from '../../schemas/json-objects.js';
import type { SeenControls } from './look.js';

/** Shares are of 1; null where nobody could tell. */
export const controlsJson = jsonObjects(({ z, text, count, isoTime }) => {
  const figure = z.number();
  const share = z.number().nullable();
  return {
    controls: z.strictObject({
      driven: z.boolean().describe('false: no worker says anything just now, so one action runs at a time, and none on the network'),
      limit: count,
      limit_max: count,
      stage: z.enum(stages),
      holds: z
        .strictObject({ starts: text.nullable(), network: text.nullable() })
        .describe('why nothing starts, or nothing that needs the network'),
      thinking_suspended: z.boolean(),
      setpoints: z.strictObject({
        governor: z.boolean(),
        target_backlog: count,
        kp: figure,
        ki: figure,
        relief: z.boolean(),
        cpu_threshold: figure,
        sample_interval_seconds: figure,
        memory_threshold_mb: figure,
      }),
      now: z
        .strictObject({
          at: isoTime,
          pid: count,
          offline: z.boolean(),
          running: count,
          waiting: count,
          reserved_mb: figure,
          memory_ceiling_mb: figure,
          terms: z.strictObject({ error: figure, proportional: figure, integral: figure, ramp: figure, ceiling: figure }),
          pressure: z.strictObject({ cpu: share, cpu_stall: share, memory: share, memory_bound: share, memory_stall: share }),
          missing: z.array(text).describe('readings that could not be made: while there are any, nothing is raised'),
          host: z.strictObject({ swap: share, disk: share, processes: count.nullable(), connections: count.nullable() }),
          ticks: z.strictObject({ count, missed: count, jitter_p50_ms: figure, jitter_p99_ms: figure }),
          past: z.strictObject({
            every_seconds: figure,
            limit: z.array(figure),
            running: z.array(figure),
            waiting: z.array(figure),
            stall_percent: z.array(figure),
            memory_percent: z.array(figure),
          }),
        })
        .nullable()
        .describe('what the driving worker said last; null: none ever has'),
    }),
  };
});

function saidLast({ at, pid, orders, work, figures, host, ticking, past }: PublishedControls) {
  const { pressure, terms, ceiling, missing } = figures;
  const { error, proportional, integral, ramp } = terms;
  return {
    ...{ at, pid, offline: orders.offline, running: work.running, waiting: work.waiting },
    ...{ reserved_mb: work.reservedMb, memory_ceiling_mb: orders.memoryCeilingMb },
    terms: { error, proportional, integral, ramp, ceiling },
    pressure: {
      cpu: pressure.cpuUse ?? null,
      cpu_stall: pressure.cpuStall ?? null,
      memory: pressure.memory ?? null,
      memory_bound: pressure.bound,
      memory_stall: pressure.memoryStall ?? null,
    },
    missing: [...missing],
    host: {
      swap: host.swap ?? null,
      disk: host.disk ?? null,
      processes: host.processes ?? null,
      connections: host.connections ?? null,
    },
    ticks: { count: ticking.ticks, missed: ticking.missed, jitter_p50_ms: ticking.jitterP50Ms, jitter_p99_ms: ticking.jitterP99Ms },
    past: {
      every_seconds: past.everySeconds,
      limit: [...past.limit],
      running: [...past.running],
      waiting: [...past.waiting],
      stall_percent: [...past.stall],
      memory_percent: [...past.memory],
    },
  };
}

export function writeControls(stdout: Output, { published, isDriven, orders, config }: SeenControls): void {
  const { governor, relief } = config.controls;
  controlsJson.write(stdout, 'controls', {
    driven: isDriven,
    limit: orders.concurrency,
    limit_max: config.harness.concurrencyMax,
    stage: orders.stage,
    holds: { starts: orders.holds.starts ?? null, network: orders.holds.network ?? null },
    thinking_suspended: orders.thinkingSuspended,
    setpoints: {
      governor: governor.enabled,
      target_backlog: governor.targetBacklog,
      kp: governor.proportionalGain,
      ki: governor.integralGain,
      relief: relief.enabled,
      cpu_threshold: relief.cpuThreshold,
      sample_interval_seconds: relief.sampleSeconds,
      memory_threshold_mb: relief.memoryThresholdMb,
    },
    now: published === undefined ? null : saidLast(published),
  });
}
