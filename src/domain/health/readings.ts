import type { SeenSigns } from './vital-signs.js';

/** A file that rules the vessel, or the folder that it lies in. */
export interface RulingFile {
  readonly file: string;
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly isFolder: boolean;
}

/** The notification script as it lies there; `why` where it cannot run. */
export interface Hook {
  readonly script: string;
  readonly state: 'ready' | 'absent' | 'broken';
  readonly why?: string | undefined;
}

export type PolledQueue = 'brain' | 'mind' | 'hands';

/** When systemd started each unit again by itself; milliseconds since the epoch, the latest last. */
export type Restarts = Readonly<Record<string, readonly number[]>>;

/** Everything that the facts of health are judged by. What is local was read from this machine; `polled` is the server's word. */
export interface HealthReadings {
  readonly now: number;
  /** Workers of this machine, ended ones too. Empty on a machine where none has run. */
  readonly vitals: readonly SeenSigns[];
  /** Of the units of this machine; empty in a clone. */
  readonly restarts: Restarts;
  /** Undefined where the server was not asked. */
  readonly polled: Readonly<Record<PolledQueue, boolean>> | undefined;
  readonly configuration: {
    readonly agentFile: string;
    readonly policyVersion: string;
    /** What is wrong in the files that are read anew each time: playbooks and missions. */
    readonly problems: readonly string[];
    readonly ruling: readonly RulingFile[];
    /** The policy that the brain keeps to, where the files say a looser one. */
    readonly keepsTo: string | undefined;
  };
  readonly signers: {
    readonly file: string;
    readonly isThere: boolean;
    /** A worker once knew a list. */
    readonly wasThere: boolean;
    /** `approvals.signature: off`: nobody is asked for one. */
    readonly isOff: boolean;
  };
  readonly hook: Hook | undefined;
  readonly tickSeconds: number;
  /** By its own word; undefined where none has ever run. */
  readonly guard: { readonly state: 'alive' | 'still' | 'gone'; readonly pid: number } | undefined;
  readonly backup: {
    readonly enabled: boolean;
    /** Undefined where none was made yet. */
    readonly last?: { readonly at: string; readonly snapshot: string; readonly problem?: string; readonly next?: string };
    /** What was put back, in words, and waits for somebody's yes. */
    readonly restored?: string;
  };
  /** Undefined where no copy of the trail is to be sent. */
  readonly cockpit?:
    | {
        readonly keyFile: string;
        /** Others than its owner may read it. */
        readonly isKeyOpen: boolean;
        /** What became of the newest attempt. */
        readonly last?: { readonly at: string; readonly problem?: { readonly message: string; readonly next?: string } } | undefined;
      }
    | undefined;
  readonly emergencyStop: { readonly found: string; readonly next: string } | undefined;
}
