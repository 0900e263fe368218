import type { EventFields } from './event-fields.js';
import type { EventName } from './events.js';
import type { LogName } from './logs.js';
import type { EventOf } from './meanings.js';

/** One record before the chain's own fields (v, log, seq, id, prev) are added. The seed's keys, flat. */
export type AuditEntry<Name extends EventName = EventName> = {
  readonly [Each in Name]: {
    /** `<proposal_id>/<milestone>[/<n>]`, no run id: a retry, a reset, a restored server produce the same one. */
    readonly id: string;
    readonly eventType: Each;
    readonly actionId?: string;
    readonly summary: string;
    readonly data: EventFields[Each];
  };
}[Name];

/** What may be written to a log. */
export type EntryOf<Log extends LogName> = AuditEntry<EventOf<Log>>;

type KeyOfAny<T> = T extends unknown ? keyof T : never;
/** The fields that any event has. */
type FieldName = { [Name in EventName]: KeyOfAny<EventFields[Name]> }[EventName];

/**
 * A record as it stands in the file. Whoever can write there can write anything, and what made a line too long is there as its digest: so only
 * the names of its fields are known here, and each value is looked at before it is used.
 */
export interface AuditRecord extends Readonly<Partial<Record<FieldName, unknown>>> {
  readonly timestamp: string;
  readonly vessel_id: string;
  /** One of the vocabulary, or anything. */
  readonly event_type: string;
  readonly action_id?: string;
  readonly summary: string;
  readonly v: 1;
  readonly log: LogName;
  readonly seq: number;
  readonly id: string;
  readonly prev: string;
}
