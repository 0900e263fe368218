import type { EventFields } from '../domain/trail/event-fields.js';
import type { AboutProposal } from '../domain/trail/proposal-event-fields.js';
import type { NotedEvent } from '../domain/trail/meanings.js';

type WithoutAbout<Fields> = Fields extends unknown ? Omit<Fields, keyof AboutProposal> : never;

/** One line of `proposals.jsonl` that does not end anything: reminders, refused messages, extensions, interruptions. */
export type ProposalEvent<Name extends NotedEvent = NotedEvent> = {
  readonly [Each in Name]: {
    /** Last part of the record's id; equal name, equal record (spec L2: a retry adds nothing). */
    readonly name: string;
    readonly eventType: Each;
    readonly summary: string;
    /** What the proposal is about is added by the brain. */
    readonly data: WithoutAbout<EventFields[Each]>;
  };
}[Name];
