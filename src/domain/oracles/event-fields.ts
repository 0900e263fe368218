import type { ConnectionRecord } from '../action/connection.js';
import type { trailEvent } from '../trail/events.js';
import type { OracleName } from './oracle.js';

/** What the records of lookups say. */
export interface OracleEventFields {
  /** Before an oracle is asked: the lookup counts, whatever becomes of it. */
  readonly [trailEvent.oracleAsked]: {
    readonly oracle: OracleName;
    readonly query: string;
    /** A person, or the mission that asked. */
    readonly by: string;
  };
  readonly [trailEvent.oracleAnswered]: {
    readonly oracle: OracleName;
    /** `answered`, or the code of the failure. */
    readonly outcome: string;
    readonly why?: string;
    /** The beginning of what it said: a stranger's words. */
    readonly text?: string;
    readonly milliseconds?: number;
    /** What went beyond this machine. */
    readonly connections?: readonly ConnectionRecord[];
  };
}
