/** What the configuration says about the controls (spec G1 to G4). Fractions are of 1. */
export interface ControlSettings {
  readonly concurrencyMax: number;
  readonly tickSeconds: number;
  readonly governor: GovernorSettings;
  readonly relief: ReliefSettings;
  readonly monitoring: MonitoringSettings;
  readonly watchdog: WatchdogSettings;
}

export interface GovernorSettings {
  readonly enabled: boolean;
  readonly proportionalGain: number;
  readonly integralGain: number;
  readonly targetBacklog: number;
}

export interface ReliefSettings {
  readonly enabled: boolean;
  /** How long a stall may last that Janus's own restraint does not cure. */
  readonly sampleSeconds: number;
  readonly cpuThreshold: number;
  readonly memoryThresholdMb: number;
}

export interface MonitoringSettings {
  readonly enabled: boolean;
  /** An anomaly is judged by the mean of so long. */
  readonly intervalSeconds: number;
}

export interface WatchdogSettings {
  /** So many violations within an hour pull the stop, where `pullsStop`. */
  readonly violationsThreshold: number;
  /** In the modes beta and omega; in alpha a violation is an alert. */
  readonly pullsStop: boolean;
  /** Whether too much CPU counts towards a stop (`isCpuHeld`), or is an alert in every mode. */
  readonly cpuCounts: boolean;
}
