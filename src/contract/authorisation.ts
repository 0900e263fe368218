import type { SignedPermit } from '../domain/action/permit.js';
import type { Violation } from '../domain/violation.js';

/** Whether something may start now, right before its start (spec P5). */
export type Authorisation =
  | {
      readonly kind: 'authorised';
      readonly host: string;
      readonly permit: SignedPermit;
      readonly permitSeconds: number;
      /** Where a mode consented and no person: which, and when (ISO 8601). */
      readonly byMode?: { readonly by: string; readonly at: string };
    }
  | { readonly kind: 'stale'; readonly violations: readonly Violation[] }
  | { readonly kind: 'suspended'; readonly why: string }
  /** What was approved stands, and waits: too many of its kind were started lately, or too much failed. */
  | { readonly kind: 'limited'; readonly why: string; readonly until: string }
  | { readonly kind: 'paused'; readonly why: string }
  /** No mode consents: it waits for people. With `until` (ISO 8601) they may still object, and the mode is asked again then; else never. */
  | { readonly kind: 'needs_people'; readonly why: string; readonly until?: string };
