import { shorten } from '../text/visible.js';
import { meaningOf } from './meanings.js';
import type { AlertKind } from './meanings/meaning.js';
import type { AuditRecord } from './records.js';

/** What people are told that is about no proposal. */
export interface Alert {
  readonly event: string;
  /** Equal for the same alert, however often it is told. */
  readonly eventId: string;
  readonly at: Date;
  readonly summary: string;
  /** What to type to see it. */
  readonly command: string;
  readonly kind?: AlertKind;
}

/** Whether people hear of it who chose these kinds: what is of none they always hear. */
export const isWanted = ({ kind }: Alert, kinds: readonly AlertKind[]): boolean => kind === undefined || kinds.includes(kind);

/** The alert that a record of the mission log stands for; undefined where nobody needs to hear of it. */
export function toAlert({ event_type: event, id, timestamp, summary }: AuditRecord): Alert | undefined {
  // Any line may stand in a log.
  const isRecord = typeof summary === 'string' && typeof id === 'string';
  const { alert: command, kind } = meaningOf(event) ?? {};
  const at = new Date(timestamp);
  if (command === undefined || !isRecord || Number.isNaN(at.getTime())) return undefined;
  return { event, eventId: id, at, summary: shorten(summary, 200), command, ...(kind !== undefined && { kind }) };
}
