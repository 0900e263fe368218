/** One broken rule: the verdict lists them all (spec C2). */
export interface Violation {
  readonly rule: string;
  /** What the rule enforces: a charter clause or a spec id. */
  readonly clause: string;
  readonly message: string;
}
