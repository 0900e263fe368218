import type { Order } from '../approval/order.js';
import { orderKinds } from '../approval/order.js';
import type { StopMode } from '../controls/stop.js';
import { trailEvent } from './events.js';
import type { OrderedBy } from './order-event-fields.js';
import type { Projection } from './projection.js';
import type { AuditRecord } from './records.js';

/** A stop or a pause that nobody has ended. */
export interface Halt {
  readonly id: string;
  readonly at: string;
  readonly by: string;
  readonly reason: string;
  /** Of a stop. */
  readonly mode?: StopMode;
  /** Of a stop: sandboxes that the guard ended under it, as far as it is on record. */
  readonly ended?: number;
}

/** What people ordered last of how many actions start. */
export interface Setting {
  /** What changes it names it: an order that was given about an earlier one loosens nothing. */
  readonly id: string;
  readonly limit?: number;
  readonly hold: boolean;
  readonly by: string;
  readonly reason: string;
  readonly at: string;
}

/** One of several persons who have to order the same. */
export type Voice = OrderedBy & Pick<Order, 'kind' | 'reason' | 'mode'> & { readonly of: string; readonly limit?: number };

/** What the mission log says that stands, whatever lies on a disk (spec K1). */
export interface Standing {
  readonly stops: ReadonlyMap<string, Halt>;
  readonly pauses: ReadonlyMap<string, Halt>;
  /** Who ended a stop or pause, and when; in this order. */
  readonly resumed: ReadonlyMap<string, { readonly by: string; readonly at: string }>;
  readonly setting: Setting;
  /** When somebody last said that the vessel goes on from a backup, in milliseconds: what was approved before is asked about again. */
  readonly restoredAt?: number;
  /** How often people have let go: what had to be reset by a person is. */
  readonly released: number;
  /** By what is ordered: see `subjectOf`. */
  readonly voices: ReadonlyMap<string, readonly Voice[]>;
  /** When orders were refused, in milliseconds: the newest. */
  readonly refusals: readonly number[];
}

/** Before anybody has ordered anything. */
export const asConfigured: Setting = { id: 'configuration', hold: false, by: '', reason: '', at: '' };

/** Orders that are the same but for who gives them. */
export const subjectOf = ({ kind, of = '', limit }: Pick<Order, 'kind' | 'of' | 'limit'>): string => `${kind} ${of} ${limit ?? ''}`;

/** More refusals than this in an hour have no record of their own. */
export const refusalsPerHourMax = 20;

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');
const numberOf = (value: unknown): number | undefined => (typeof value === 'number' && Number.isFinite(value) ? value : undefined);

function haltIn(record: AuditRecord, id: string): Halt {
  const { timestamp, at, by, reason, mode } = record;
  return {
    ...{ id, at: textOf(at) || timestamp, by: textOf(by), reason: textOf(reason) },
    ...((mode === 'now' || mode === 'drain') && { mode }),
  };
}

function settingIn({ order_id: id, limit, hold, by, reason, timestamp }: AuditRecord): Setting {
  const bound = numberOf(limit);
  return {
    ...{ id: textOf(id), hold: hold === true, by: textOf(by), reason: textOf(reason), at: timestamp },
    ...(bound !== undefined && { limit: bound }),
  };
}

function voiceIn({ order, of, limit, mode, by, reason, key, statement, signature }: AuditRecord): Voice | undefined {
  const kind = orderKinds.find((each) => each === order);
  const bound = numberOf(limit);
  if (kind === undefined) return undefined;
  return {
    ...{ kind, of: textOf(of), by: textOf(by), reason: textOf(reason) },
    ...(bound !== undefined && { limit: bound }),
    ...((mode === 'beta' || mode === 'omega') && { mode }),
    ...(textOf(key) !== '' && { key: textOf(key), statement: textOf(statement), signature: textOf(signature) }),
  };
}

/** Of the mission log. What a record does not say as it should tightens, or changes nothing. */
export function createStanding(): Projection<Standing> {
  const stops = new Map<string, Halt>();
  const pauses = new Map<string, Halt>();
  const resumed = new Map<string, { readonly by: string; readonly at: string }>();
  const voices = new Map<string, readonly Voice[]>();
  let setting = asConfigured;
  let released = 0;
  let restoredAt: number | undefined;
  let refusals: readonly number[] = [];

  const halt = (halts: Map<string, Halt>, record: AuditRecord, id: string) => {
    // A guard's own line may be recorded long after the stop was lifted.
    if (id !== '' && !resumed.has(id) && !halts.has(id)) halts.set(id, haltIn(record, id));
  };
  const takes: Readonly<Record<string, (record: AuditRecord) => void>> = {
    [trailEvent.emergencyStop]: (record) => halt(stops, record, textOf(record.stop)),
    [trailEvent.emergencyStopDone]: ({ stop, sandboxes }) => {
      const stands = stops.get(textOf(stop));
      if (stands !== undefined) stops.set(stands.id, { ...stands, ended: (stands.ended ?? 0) + (numberOf(sandboxes) ?? 0) });
    },
    [trailEvent.vesselPaused]: (record) => halt(pauses, record, textOf(record.pause)),
    [trailEvent.vesselResumed]: ({ of, by, timestamp }) => {
      const id = textOf(of);
      stops.delete(id);
      pauses.delete(id);
      resumed.set(id, { by: textOf(by), at: timestamp });
      voices.delete(subjectOf({ kind: 'resume', of: id }));
    },
    [trailEvent.vesselRestored]: ({ timestamp }) => {
      restoredAt = Date.parse(timestamp);
    },
    [trailEvent.controlOrder]: (record) => {
      setting = settingIn(record);
      if (record.order === 'release') released += 1;
      // They were about what stood until now.
      for (const subject of voices.keys()) if (!subject.startsWith('resume ')) voices.delete(subject);
    },
    [trailEvent.controlOrderGiven]: (record) => {
      const voice = voiceIn(record);
      if (voice !== undefined) voices.set(subjectOf(voice), [...(voices.get(subjectOf(voice)) ?? []), voice]);
    },
    [trailEvent.controlOrderRefused]: ({ timestamp }) => {
      refusals = [...refusals, Date.parse(timestamp)].slice(-refusalsPerHourMax);
    },
  };
  return {
    apply(record) {
      const { event_type: type } = record;
      if (Object.hasOwn(takes, type)) takes[type]?.(record);
    },
    forget() {
      for (const map of [stops, pauses, resumed, voices]) map.clear();
      [setting, released, refusals, restoredAt] = [asConfigured, 0, [], undefined];
    },
    snapshot: () => ({
      ...{ stops, pauses, resumed, setting, released, voices, refusals },
      ...(restoredAt !== undefined && { restoredAt }),
    }),
  };
}

/** What stops at all, as a reason for not starting anything; undefined where nothing does. */
export function recordedStop({ stops }: Standing): string | undefined {
  const [stop] = stops.values();
  if (stop === undefined) return undefined;
  const { id, reason } = stop;
  const others = stops.size > 1 ? ` and ${stops.size - 1} more` : '';
  return `emergency stop: ${id}${others} is on record, and nobody has lifted it (ubos resume)${reason === '' ? '' : `: ${reason}`}`;
}
