import type { TerminationReason } from '../action/result.js';
import { trailEvent } from '../trail/events.js';

/**
 * What shows that the constitution was broken (spec K4), and the sentence for people. All of it is seen on this host, in what only Janus's own accounts
 * write: nobody who merely reaches the Temporal server can cause one. What was refused is an attempt, and no breach.
 */
export const breaches = {
  unpermitted_start: 'the ledger of the hands has a start that no permit of this vessel covers',
  unsigned_result: 'a result is on record that the hands never had',
  outlived: 'a process of an action lived on when the action had ended',
  broken_chain: 'the chain of the audit trail is broken',
  cut_trail: 'records that the vessel has seen are gone from the audit trail',
  canary: 'an escape attempt of the self-test got out of the sandbox',
} as const;

export type BreachKind = keyof typeof breaches;

export interface Breach {
  readonly kind: BreachKind;
  /** What it was found at: the same breach has the same, however often it is found. */
  readonly at: string;
}

export const breachWords = ({ kind, at }: Breach): string => `${breaches[kind]} (${at})`;

const isBreach = (kind: unknown): kind is BreachKind => typeof kind === 'string' && Object.hasOwn(breaches, kind);
const listOf = (value: unknown): readonly Readonly<Record<string, unknown>>[] => (Array.isArray(value) ? (value as never) : []);

/** Those in a finding of the bookkeeping, which the vessel itself has signed. */
export function breachesFound(eventType: string, data: object): Breach[] {
  const { logs, alarms } = data as { readonly logs?: unknown; readonly alarms?: unknown };
  if (eventType === trailEvent.auditVerify)
    return listOf(logs).flatMap(({ log, state, to }): Breach[] =>
      state === 'broken' ? [{ kind: 'broken_chain', at: `${String(log)} behind record ${typeof to === 'number' ? to : 'none'}` }] : [],
    );
  if (eventType !== trailEvent.auditReconcile) return [];
  return listOf(alarms).flatMap(({ breach, workflow_id: id }) => (isBreach(breach) ? [{ kind: breach, at: String(id) }] : []));
}

/** That in what a command came to, as the hands signed it. */
export const breachIn = (reason: TerminationReason, command: string): Breach | undefined =>
  reason === 'tampered' ? { kind: 'outlived', at: command } : undefined;
