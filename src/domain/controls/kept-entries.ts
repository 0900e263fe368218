import type { ControlEventFields } from '../trail/control-event-fields.js';
import { trailEvent } from '../trail/events.js';
import { canonicalJson } from '../text/canonical.js';

/** Something that happened on a host, kept there until the brain has recorded it. */
export interface KeptEntry {
  /** Who kept it. */
  readonly source: 'guard' | 'tick';
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
const hostEvents: readonly (keyof ControlEventFields)[] = [
  trailEvent.reliefDegrade,
  trailEvent.reliefRestore,
  trailEvent.reliefShed,
  trailEvent.controlAnomaly,
  trailEvent.controlAnomalyOver,
  trailEvent.watchdogViolation,
  trailEvent.networkOffline,
  trailEvent.networkOnline,
];

export const hostEventOf = (name: string): keyof ControlEventFields | undefined => hostEvents.find((event) => event === name);
