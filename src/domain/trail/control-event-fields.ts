import type { trailEvent } from './events.js';

type Percent = number | null;

/** How hard the host was pressed; null where it could not be read. */
interface PressureFields {
  readonly memory_percent: Percent;
  readonly memory_bound_percent: Percent;
  readonly memory_stall_percent: Percent;
  readonly cpu_percent: Percent;
  readonly cpu_stall_percent: Percent;
}

interface StageFields extends PressureFields {
  /** Stages of the relief valve. */
  readonly from: string;
  readonly to: string;
  readonly cause: 'cpu' | 'memory' | null;
  readonly concurrency: number;
  readonly network: 'open' | 'blocked';
  readonly thinking_suspended: boolean;
}

interface AnomalyFields {
  readonly resource: 'memory' | 'cpu' | 'disk';
  readonly mean_percent: number;
}

/** Attempts of Janus's own actions since the worker that counts them was started. */
interface ReachFields {
  readonly reached: number;
  readonly unreachable: number;
}

/** What the records of the controls say beside the keys that every record has. */
export interface ControlEventFields {
  readonly [trailEvent.reliefDegrade]: StageFields;
  readonly [trailEvent.reliefRestore]: StageFields;
  readonly [trailEvent.reliefShed]: Pick<PressureFields, 'memory_percent' | 'memory_bound_percent'> & {
    /** How many are ended at this tick. */
    readonly actions: number;
    /** How often it had to, those that follow each other closely being one time. */
    readonly sheds_in_10_minutes: number;
  };
  readonly [trailEvent.controlAnomaly]: AnomalyFields;
  readonly [trailEvent.controlAnomalyOver]: AnomalyFields;
  readonly [trailEvent.watchdogViolation]: {
    readonly resource: string;
    readonly value: number;
    readonly limit: number;
    readonly unit: string;
    /** 0: what it was at that moment, not a mean. */
    readonly window_seconds: number;
    /** Towards a stop. */
    readonly counts: boolean;
  };
  readonly [trailEvent.networkOffline]: ReachFields;
  readonly [trailEvent.networkOnline]: ReachFields;
}
