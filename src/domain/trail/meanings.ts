import type { EventName } from './events.js';
import type { LogName } from './logs.js';
import { controlMeanings } from './meanings/control-meanings.js';
import { logMeanings } from './meanings/log-meanings.js';
import type { Meaning } from './meanings/meaning.js';
import { proposalMeanings } from './meanings/proposal-meanings.js';
import { vesselMeanings } from './meanings/vessel-meanings.js';

/** What each event means. The table of docs/audit.md is made of this. */
export const meanings = {
  ...proposalMeanings,
  ...controlMeanings,
  ...vesselMeanings,
  ...logMeanings,
} as const satisfies Readonly<Record<EventName, Meaning>>;

type Meanings = typeof meanings;

/** The events that a log may hold. */
export type EventOf<Log extends LogName> = {
  [Name in EventName]: Log extends Meanings[Name]['logs'][number] ? Name : never;
}[EventName];

/** Events that the workflow of a proposal notes. */
export type NotedEvent = { [Name in EventName]: Meanings[Name] extends { readonly noted: true } ? Name : never }[EventName];

/** Undefined for what is no event of ours: a log may hold anything. */
export function meaningOf(eventType: string): Meaning | undefined {
  return Object.hasOwn(meanings, eventType) ? meanings[eventType as EventName] : undefined;
}
