import type { MalformedOrder, Order, OrderKind } from '../domain/approval/order.js';
import type { Position } from '../domain/modes/evidence.js';
import type { Mode } from '../domain/modes/mode.js';
import type { Obeyed, SignedObeyed, SignedOrders } from '../domain/controls/standing-orders.js';
import type { Halt, Setting } from '../domain/trail/standing.js';
import type { AuditUnavailable, NotRecorded, RunIdentity } from './activities.js';

/** Payload of the signal and of the update `order` of the vessel's own workflow. */
export interface OrderMessage {
  readonly kind: OrderKind;
  readonly by: string;
  readonly reason: string;
  readonly of?: string | undefined;
  readonly limit?: number | undefined;
  readonly mode?: Order['mode'] | undefined;
  readonly verdict?: Order['verdict'] | undefined;
  readonly statement?: string | undefined;
  readonly signature?: string | undefined;
}

/** What stands of the vessel, as the brain's trail has it. On the wire in snake case. */
export interface StandingView {
  readonly stops: readonly Halt[];
  readonly pauses: readonly Halt[];
  readonly setting: Setting;
  /** `max_concurrency`: nothing that people order goes beyond it. */
  readonly limitMax: number;
  /** Whether what loosens has to be signed. */
  readonly signed: { readonly resume: boolean; readonly controls: boolean };
}

/** Answer of the update `order`. A refused order is an answer too, and recorded. */
export interface OrderAnswer {
  readonly accepted: boolean;
  /** `ACCEPTED`; `AWAITS_OTHERS` where more persons have to order the same; or why not. */
  readonly code: string;
  readonly message: string;
  /** Absent where nobody could say. */
  readonly standing?: StandingView;
  /** What hands did; absent where they have not answered yet: they are told again until they do. */
  readonly hands?: Obeyed;
}

/** What the brain says that stands, and its signed word on it for the hands of its host. */
export interface Told {
  readonly vessel: string;
  readonly host: string;
  readonly standing: StandingView;
  readonly orders: SignedOrders;
}

export interface Judged extends Told {
  readonly kind: 'judged';
  readonly accepted: boolean;
  readonly code: string;
  readonly why: string;
}

/** What the workflow of the vessel knows of the mode: a trail that does not have it any more was cut, or put back. */
export interface KnownMode {
  readonly mode: Mode;
  /** What stands, and the last record of the mission log at that time. */
  readonly standing: string;
  readonly record: { readonly id: string } & Position;
}

/** A review of the security policy that waits for its days: the last recommendation, and how long since then. */
export interface SeenReview {
  readonly id: string;
  readonly milliseconds: number;
}

/** `known` is for the next look. */
export interface SeenMode {
  readonly kind: 'mode';
  readonly known: KnownMode;
  readonly review?: SeenReview;
}

/** Local activities of the brain for the workflow of the vessel, and for no other. */
export interface VesselActivities {
  judgeOrder(request: {
    readonly identity: RunIdentity;
    readonly order: Order | MalformedOrder;
    readonly receivedAt: string;
  }): Promise<Judged | AuditUnavailable | NotRecorded>;
  lookAtStanding(request: {
    readonly identity: RunIdentity;
  }): Promise<({ readonly kind: 'standing' } & Told) | AuditUnavailable | NotRecorded>;
  /**
   * What the trail says about the mode; brings down what has to come down, and records it, with the figures of the day. `known`: what the workflow
   * knew before; absent where it is new. `waited`: the review of the policy for which its timer has fired.
   */
  lookAtMode(request: {
    readonly identity: RunIdentity;
    readonly known?: KnownMode;
    readonly waited?: string;
  }): Promise<SeenMode | AuditUnavailable | NotRecorded>;
  /** Whether the hands of this host said it about these orders. Writes nothing. */
  verifyObeyed(request: { readonly orders: SignedOrders; readonly answer: SignedObeyed }): Promise<boolean>;
}
