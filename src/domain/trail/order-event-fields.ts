import type { OrderKind } from '../approval/order.js';
import type { StopMode } from '../controls/stop.js';
import type { trailEvent } from './events.js';
import type { LogName } from './logs.js';

/** One person's order, as far as a signature shows whose it is. */
export interface OrderedBy {
  readonly by: string;
  /** Fingerprint; absent: unsigned, so `by` is a claim. */
  readonly key?: string;
  readonly statement?: string;
  readonly signature?: string;
}

interface Ordered {
  readonly by: string;
  readonly reason: string;
  readonly assurance: 'signed' | 'unsigned';
  /** Whose words it rests on; an auditor verifies them without us. */
  readonly orders: readonly OrderedBy[];
  readonly received_at: string;
}

/** What the records of orders to the vessel say beside the keys that every record has. */
export interface OrderEventFields {
  readonly [trailEvent.emergencyStop]: {
    /** Its id. */
    readonly stop: string;
    /** When it was noticed. */
    readonly at: string;
    readonly reason: string;
    readonly by: string;
    readonly mode: StopMode;
  };
  readonly [trailEvent.emergencyStopDone]: {
    /** Its id. */
    readonly stop: string;
    /** How many were ended. */
    readonly sandboxes: number;
    /** From the moment that the guard saw it until nothing was alive any more. */
    readonly milliseconds: number;
  };
  readonly [trailEvent.vesselResumed]: Ordered & { readonly of: string; readonly ends: 'stop' | 'pause' };
  readonly [trailEvent.vesselRestored]: Ordered & {
    /** Its id; of the backup too. */
    readonly restore: string;
    readonly backup: string;
    readonly taken_at: string;
    /** The folder where what was newer lies now, and its files. */
    readonly folder: string;
    readonly set_aside: readonly string[];
    /** The head that each log goes on from. */
    readonly logs: readonly { readonly log: LogName; readonly to: number; readonly leaf: string }[];
  };
  readonly [trailEvent.controlOrder]: Ordered & {
    readonly order: 'limit' | 'hold' | 'release';
    /** What stands from now on is called so. */
    readonly order_id: string;
    /** What stood before. */
    readonly of: string;
    readonly effect: 'tightens' | 'loosens';
    readonly limit: number | null;
    readonly hold: boolean;
  };
  readonly [trailEvent.controlOrderGiven]: OrderedBy & {
    readonly order: OrderKind;
    readonly of: string;
    readonly limit: number | null;
    readonly mode?: 'beta' | 'omega';
    readonly reason: string;
    readonly progress: string;
    readonly received_at: string;
  };
  readonly [trailEvent.controlOrderRefused]: {
    readonly order: string;
    readonly of: string;
    readonly by: string;
    readonly code: string;
    /** Of a signed statement: it is spent. */
    readonly nonce?: string;
    readonly received_at: string;
  };
}
