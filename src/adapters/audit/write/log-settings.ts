import type { LogName } from '../../../domain/trail/logs.js';
import type { Fed } from '../../../domain/trail/projection.js';
import type { FileSeam } from './log-file.js';

export interface LogSettings {
  readonly path: string;
  readonly log: LogName;
  readonly vesselName: string;
  readonly files: FileSeam;
  readonly clock: () => Date;
  /** Each is shown every record once, in order, whichever process wrote it. */
  readonly projections: readonly Fed[];
  /** The newest signed head of this log, where there is one. */
  readonly headFile?: string | undefined;
  /** Whether the records before this one were removed by retention. */
  readonly wasPruned?: ((firstSeq: number) => Promise<boolean>) | undefined;
}
