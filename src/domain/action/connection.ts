/** One attempt to leave the sandbox: a tunnel, a plain request, or what was refused (spec X4). */
export interface ConnectionRecord {
  /** As it was asked for, with everything unprintable replaced; an attempt without a readable host has `?`. */
  readonly host: string;
  readonly port: number;
  /** The address that was dialled; absent where nothing was. */
  readonly ip?: string;
  /** Bytes to and from the other side. */
  readonly tx: number;
  readonly rx: number;
  readonly ms: number;
  /** `allowed`, or the code of the refusal. */
  readonly verdict: string;
}

/** What one command did through the egress proxy. */
export interface NetworkUse {
  /** All attempts, the refused ones included. */
  readonly connections: number;
  readonly denied: number;
  readonly tx: number;
  readonly rx: number;
  /** The first of them (`recordsOf`); `connections` counts the rest. */
  readonly records: readonly ConnectionRecord[];
}

/** What all actions met outside, and carried, since their egress process began: figures that only grow (spec G4). */
export interface NetworkFigures {
  /** A connection that was taken, or refused by somebody. */
  readonly reached: number;
  /** No route, or no resolver. A host that does not answer counts for neither. */
  readonly unreachable: number;
  /** Both directions. */
  readonly bytes: number;
}

/**
 * What a command tried to reach while it had no network. Counts, because the kernel keeps no destinations; no part of the effect's digest,
 * because programs try again as often as they like. Not counted: what is no IP (unix sockets; other families are refused), a name that no
 * look-up was made for.
 */
export interface AttemptedConnections {
  /** Connections and datagrams to addresses outside of the sandbox: none had a route. */
  readonly elsewhere: number;
  /** Datagrams inside that nobody listened for: mostly look-ups of names, of which each makes some four. */
  readonly unanswered: number;
  /** TCP connections to the sandbox's own loopback, refused ones too. */
  readonly inside: number;
}

/**
 * Connections of one action that have a line of their own in the audit trail: two hundred, some 300 bytes each, are what the egress process
 * can say in one line, and 40 kB in a history.
 */
export const connectionRecordsMax = 200;
const connectionRecordsMin = 50;

/** Of one command: as many as the policy lets it have open at a time, within 50 and 200; the rest is counted. */
export const recordsOf = (connections: number) => Math.min(connectionRecordsMax, Math.max(connectionRecordsMin, connections));

/** Both directions of one command together, in bytes: 1 GiB, as the charter's disk writes. Neither policy nor proposal changes it. */
export const networkBytesMax = 1_073_741_824;
/** Tried connections of one command, refused ones included: whoever tries more is searching. Neither policy nor proposal changes it. */
export const networkAttemptsMax = 1_000;
