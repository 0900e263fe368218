import type { LogName } from '../../../domain/trail/logs.js';
import type { RecordObserver } from '../contract/audit-trail.js';
import type { FileSeam } from './log-file.js';

export interface LogSettings {
  readonly path: string;
  readonly log: LogName;
  readonly vesselName: string;
  readonly files: FileSeam;
  readonly clock: () => Date;
  readonly observe: RecordObserver | undefined;
  /** Called before the records are shown all over again: what a failed sync took with it was shown and never came to be. */
  readonly forget?: (() => void) | undefined;
  /** The newest signed head of this log, where there is one. */
  readonly headFile?: string | undefined;
  /** Whether the records before this one were removed by retention. */
  readonly wasPruned?: ((firstSeq: number) => Promise<boolean>) | undefined;
}
