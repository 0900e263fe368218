/** Flat, small figures of an account: they stand in its record, and people hear of them. */
export interface AccountFigures {
  readonly records: number;
  readonly proposed: number;
  readonly approved: number;
  readonly rejected: number;
  readonly expired: number;
  readonly by_mode: number;
  readonly completed: number;
  readonly failed: number;
  readonly violations: number;
  readonly attempts: number;
}
