import type { ControlEventFields } from '../trail/control-event-fields.js';
import type { OrderEventFields } from '../trail/order-event-fields.js';
import { trailEvent } from '../trail/events.js';
import type { Breach } from './breach.js';
import { isStopId, stopRecordId } from './stop.js';
import { canonicalJson } from '../text/canonical.js';

/** Something that happened on a host, kept there until the brain has recorded it. */
export interface KeptEntry {
  /** Who kept it: the guard, the worker that drives the controls, or any of the hands at its start. */
  readonly source: 'guard' | 'tick' | 'hands';
  /** Names the journal that it is in; with `seq` it names the entry for ever. */
  readonly of: string;
  readonly seq: number;
  /** ISO 8601 */
  readonly at: string;
  readonly event: string;
  readonly summary: string;
  readonly data: Readonly<Record<string, unknown>>;
}

export interface KeptEntries {
  readonly entries: readonly KeptEntry[];
  /** base64, of the hands, over `keptText`. */
  readonly signature: string;
}

/** How far each journal has been recorded. */
export type RecordedMarks = Readonly<Partial<Record<KeptEntry['source'], Pick<KeptEntry, 'of' | 'seq'>>>>;

/** The brain's word for it: without it hands would drop what nobody has recorded. */
export interface RecordedEntries {
  readonly marks: RecordedMarks;
  /** base64, over `recordedText`. */
  readonly signature: string;
}

interface Host {
  readonly vessel: string;
  readonly host: string;
}

/** The bytes under the hands' signature. */
export const keptText = ({ vessel, host }: Host, entries: readonly KeptEntry[]): string =>
  `janus.kept.v1\0${canonicalJson({ vessel, host, entries })}`;

/** The text that the brain signs. */
export const recordedText = ({ vessel, host }: Host, marks: RecordedMarks): string =>
  canonicalJson({ type: 'janus.recorded.v1', vessel, host, marks });

/** What a host may have recorded of itself: whatever else stands in its journal is none of it. */
type HostEvent =
  keyof ControlEventFields | keyof Pick<OrderEventFields, typeof trailEvent.emergencyStop | typeof trailEvent.emergencyStopDone>;

const hostEvents: readonly HostEvent[] = [
  trailEvent.emergencyStop,
  trailEvent.emergencyStopDone,
  trailEvent.reliefDegrade,
  trailEvent.reliefRestore,
  trailEvent.reliefShed,
  trailEvent.controlAnomaly,
  trailEvent.controlAnomalyOver,
  trailEvent.watchdogViolation,
  trailEvent.networkOffline,
  trailEvent.networkOnline,
];

export const hostEventOf = (name: string): HostEvent | undefined => hostEvents.find((event) => event === name);

/** A breach that only hands can see, as they said it: what follows is the brain's to decide. Undefined for anything else. */
export function breachKept({ event, data }: KeptEntry): Breach | undefined {
  const { kind, at } = data;
  return event === trailEvent.constitutionalViolation && kind === 'canary' && typeof at === 'string'
    ? { kind, at: at.slice(0, 100) }
    : undefined;
}

/** A stop has one record, whoever saw it first: the brain's own look, or a host that kept it while there was no server. */
export function entryId(host: string, { source, of, seq, event, data }: KeptEntry): string {
  const { stop } = data;
  return event === trailEvent.emergencyStop && isStopId(stop) ? stopRecordId(stop) : `controls/${host}/${source}-${of}/${seq}`;
}
