import { riskLevels } from '../action/proposal.js';
import { terminationReasons } from '../action/result.js';
import { stages } from '../controls/orders.js';
import { healthFacts } from '../health/facts.js';
import { modeNames } from '../modes/mode.js';
import { endNames, trailEvent } from '../trail/events.js';
import { logNames } from '../trail/logs.js';

/** What a series is of: the trail and the vessel (the brain), the actions and controls of a host (the hands), or each process. */
type Side = 'brain' | 'hands' | 'process';

interface Kind {
  readonly of: Side;
  readonly means: string;
  /** Every value that a label may have: what people, agents or strangers write never becomes one. */
  readonly labels?: Readonly<Record<string, readonly string[]>>;
}

/** Begins at zero with the process, one for each value of its labels. */
interface Counter extends Kind {
  readonly kind: 'counter';
}

interface Gauge extends Kind {
  readonly kind: 'gauge';
}

interface Histogram extends Kind {
  readonly kind: 'histogram';
  /** Upper bounds. */
  readonly bounds: readonly number[];
}

export type Series = Counter | Gauge | Histogram;

/** Where a record says no risk, or one that there is not. */
export const unknownRisk = 'unknown';
const risk = [...riskLevels, unknownRisk];
const minutesToADay = [10, 30, 60, 300, 900, 3_600, 14_400, 43_200, 86_400];
const secondsToMinutes = [1, 3, 5, 10, 30, 60, 120, 300, 900];

/**
 * The series of Janus, beside those of Temporal's SDK. Metrics are no record: what counts is the trail. Where a gauge has not been set,
 * it is absent; times are seconds since 1970.
 */
export const series = {
  janus_proposals_total: {
    ...{ kind: 'counter', of: 'brain', labels: { state: ['proposed', 'approved', ...endNames], risk } },
    means: 'Proposals that came to this state.',
  },
  janus_approvals_total: {
    ...{ kind: 'counter', of: 'brain', labels: { by: ['person', 'mode'] } },
    means: 'Proposals that people approved, or that a mode consented to.',
  },
  janus_decision_seconds: {
    ...{ kind: 'histogram', of: 'brain', labels: { risk }, bounds: minutesToADay },
    means: 'From a proposal to the decision of people about it.',
  },
  janus_review_seconds: {
    ...{ kind: 'histogram', of: 'brain', labels: { risk }, bounds: secondsToMinutes },
    means: 'For how long people had before them what they decided, where their program measured it.',
  },
  janus_trail_events_total: {
    ...{ kind: 'counter', of: 'brain', labels: { event: Object.values(trailEvent) } },
    means: 'Records of the trail, by what they say.',
  },
  janus_trail_records_total: {
    ...{ kind: 'counter', of: 'brain', labels: { log: logNames } },
    means: 'Records of the trail, by their log.',
  },
  janus_trail_outages_total: {
    ...{ kind: 'counter', of: 'brain', labels: { log: logNames } },
    means: 'How often a log began to take no records.',
  },
  janus_trail_writable: { kind: 'gauge', of: 'brain', labels: { log: logNames }, means: '0 while a log takes no records.' },
  janus_commands_total: {
    ...{ kind: 'counter', of: 'brain', labels: { termination: terminationReasons } },
    means: 'Commands that ran in a sandbox, by how they ended.',
  },
  janus_command_seconds: {
    ...{ kind: 'histogram', of: 'brain', bounds: [0.1, 0.3, 1, 3, 10, 30, 60, 300, 600] },
    means: 'How long they ran.',
  },
  janus_proposals_waiting: { kind: 'gauge', of: 'brain', means: 'Proposals that wait for a decision.' },
  janus_next_deadline_timestamp_seconds: { kind: 'gauge', of: 'brain', means: 'When the next of them expires; 0 where none waits.' },
  janus_mode: { kind: 'gauge', of: 'brain', labels: { mode: modeNames }, means: '1 for the mode that counts.' },
  janus_halts: {
    ...{ kind: 'gauge', of: 'brain', labels: { by: ['stop', 'pause'] } },
    means: 'Emergency stops and pauses on record that nobody has ended.',
  },
  janus_model_calls_left: { kind: 'gauge', of: 'brain', means: 'How often a model may still be asked within this day.' },
  janus_model_tokens_left: { kind: 'gauge', of: 'brain', means: 'Tokens of the budget of this day that are left.' },
  janus_backup_timestamp_seconds: { kind: 'gauge', of: 'brain', means: 'When the newest backup was taken.' },
  janus_health: {
    kind: 'gauge',
    of: 'brain',
    labels: { fact: healthFacts.map(({ id }) => id) },
    means: '0 while a fact of health does not hold: `ubos status`.',
  },
  janus_health_timestamp_seconds: { kind: 'gauge', of: 'brain', means: 'When health was last looked at; once a minute.' },
  janus_governor_limit: { kind: 'gauge', of: 'hands', means: 'Actions that may run at once.' },
  janus_governor_limit_max: { kind: 'gauge', of: 'hands', means: 'As many as are configured.' },
  janus_governor_ceiling: { kind: 'gauge', of: 'hands', means: 'As many as the pressure on the host allows.' },
  janus_actions_running: { kind: 'gauge', of: 'hands', means: 'Actions that run.' },
  janus_actions_waiting: { kind: 'gauge', of: 'hands', means: 'Approved actions that wait at the gate.' },
  janus_actions_reserved_bytes: { kind: 'gauge', of: 'hands', means: 'Memory that running actions have reserved.' },
  janus_relief_stage: { kind: 'gauge', of: 'hands', labels: { stage: stages }, means: '1 for the stage of the relief valve.' },
  janus_held: {
    ...{ kind: 'gauge', of: 'hands', labels: { what: ['starts', 'network'] } },
    means: '1 while nothing starts, or nothing that needs the network.',
  },
  janus_pressure: {
    ...{ kind: 'gauge', of: 'hands', labels: { of: ['cpu_stall', 'cpu_use', 'memory_stall', 'memory'] } },
    means: 'How hard the host is pressed, as shares of 1.',
  },
  janus_disk_used: { kind: 'gauge', of: 'hands', means: 'Share of the disk under the state that is used.' },
  janus_ticks_total: { kind: 'counter', of: 'hands', means: 'Ticks of the escapement.' },
  janus_ticks_missed_total: { kind: 'counter', of: 'hands', means: 'Ticks that were due while the one before had yet to end.' },
  janus_tick_timestamp_seconds: { kind: 'gauge', of: 'hands', means: 'When the escapement last ticked.' },
  janus_tick_jitter_seconds: {
    ...{ kind: 'gauge', of: 'hands', labels: { quantile: ['0.5', '0.99'] } },
    means: 'How far ticks are from when they were due.',
  },
  janus_process_cpu_seconds: { kind: 'gauge', of: 'process', means: 'Processor time of the process since its start; it only grows.' },
  janus_process_memory_bytes: { kind: 'gauge', of: 'process', means: 'Memory of the process.' },
  janus_process_start_timestamp_seconds: { kind: 'gauge', of: 'process', means: 'When the process was started.' },
  janus_event_loop_busy: { kind: 'gauge', of: 'process', means: 'Share of the last seconds in which the event loop was at work.' },
  janus_event_loop_late_seconds: { kind: 'gauge', of: 'process', means: 'How late the event loop came to the last sample.' },
} as const satisfies Readonly<Record<string, Series>>;

export type SeriesName = keyof typeof series;
type OfKind<Wanted extends Series['kind']> = {
  [Name in SeriesName]: (typeof series)[Name]['kind'] extends Wanted ? Name : never;
}[SeriesName];

export type Labels = Readonly<Record<string, string>>;

/** Where figures go. Never throws; what no label may be, and what is no figure, goes nowhere. */
export interface Meter {
  add(name: OfKind<'counter'>, by: number, labels?: Labels): void;
  set(name: OfKind<'gauge'>, value: number | undefined, labels?: Labels): void;
  observe(name: OfKind<'histogram'>, value: number, labels?: Labels): void;
}
