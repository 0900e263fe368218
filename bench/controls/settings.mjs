/** The defaults of `agent.yaml`, with so many actions at once. */
export const defaultSettings = (concurrencyMax, memoryThresholdMb = 28_000) => ({
  concurrencyMax,
  tickSeconds: 0.5,
  governor: { enabled: true, proportionalGain: 0.2, integralGain: 0.05, targetBacklog: 0 },
  relief: { enabled: true, sampleSeconds: 30, cpuThreshold: 0.9, memoryThresholdMb },
  monitoring: { enabled: true, intervalSeconds: 30 },
  watchdog: { violationsThreshold: 3, pullsStop: false, cpuCounts: true },
});
