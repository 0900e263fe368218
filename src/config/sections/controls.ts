import type { JanusConfig } from '../config.js';
import type { AgentDocument } from './agent.schema.js';

/** Governor, relief valve, rates and the kill switch in the words of the code. */
export function toControls({
  harness,
  watchdog,
  controls,
  security,
  kill_switch: killSwitch,
}: Pick<AgentDocument, 'harness' | 'watchdog' | 'controls' | 'security' | 'kill_switch'>): JanusConfig['controls'] {
  const { requests_per_minute: perMinute, requests_per_hour: perHour } = security.network.rate_limits;
  return {
    governor: {
      enabled: harness.enable_governor,
      proportionalGain: harness.governor_kp,
      integralGain: harness.governor_ki,
      targetBacklog: harness.governor_target_backlog,
    },
    relief: {
      enabled: harness.relief_enabled,
      sampleSeconds: watchdog.sample_interval_seconds,
      cpuThreshold: watchdog.cpu_threshold_percent / 100,
      memoryThresholdMb: watchdog.memory_threshold_mb,
    },
    monitoring: { enabled: controls.enable_monitoring, intervalSeconds: controls.metrics_interval_seconds },
    pauseAfterFailures: controls.pause_after_failures,
    rateLimits: Object.fromEntries(
      Object.entries(controls.rate_limits).map(([actionType, { per_minute, per_hour, burst }]) => [
        actionType,
        { perMinute: per_minute, perHour: per_hour, burst },
      ]),
    ),
    networkRates: { perMinute, perHour },
    killSwitch: {
      rollback: killSwitch.rollback,
      violationsThreshold: killSwitch.watchdog_violations_threshold,
      violationAction: killSwitch.constitutional_violation_action,
    },
  };
}
