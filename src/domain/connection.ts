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
  /** The first of them; `connections` counts the rest. */
  readonly records: readonly ConnectionRecord[];
}

export const connectionRecordsMax = 50;
