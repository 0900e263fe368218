/** What one backup came to. */
export interface BackupOutcome {
  readonly id: string;
  /** When it was begun: it holds what was there then. ISO 8601. */
  readonly at: string;
  /** As restic names it. */
  readonly snapshot: string;
  readonly files: number;
  /** What the repository has grown by. */
  readonly bytesAdded: number;
  /** Whether it holds Temporal's database: false where a server elsewhere keeps it. */
  readonly database: boolean;
  readonly seconds: number;
}
