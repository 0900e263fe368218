import { setTimeout as pause } from 'node:timers/promises';
import { shorten, visible } from '../../domain/text/visible.js';
import type { Notification } from '../../domain/trail/notification.js';
import type { Sending } from '../outbound/send.js';
import { isResponse, send } from '../outbound/send.js';

export interface CommsHubSettings extends Sending {
  readonly endpoint: string;
  readonly timeoutMilliseconds?: number;
}

/** Why a report did not arrive; `isFinal`: the hub does not want it, and would not want it later. */
export interface NotTaken {
  readonly why: string;
  readonly isFinal: boolean;
}

/** Posts one report to the hub. Resolves with undefined where the hub took it. Never rejects. */
export type ReportToHub = (notification: Notification) => Promise<NotTaken | undefined>;

/** What a hub answers is of no interest, beyond its status. */
export const hubResponseBytesMax = 65_536;

/** A status that says of the report itself that it is wrong; 408 and 429 say it of the moment. */
const isRefusal = (status: number) => status >= 400 && status < 500 && status !== 408 && status !== 429;

/**
 * The comms hub (spec D3): each report is the JSON of a notification, posted as it is; `X-Janus-Event-Id` is equal for the same event. Directly on this
 * machine, else over TLS through janus-egress.
 */
export function createCommsHub({ endpoint, timeoutMilliseconds = 10_000, ...sending }: CommsHubSettings): ReportToHub {
  return async (notification) => {
    const headers = { 'x-janus-event': notification.event, 'x-janus-event-id': encodeURI(notification.event_id) };
    const bounds = { bytesMax: hubResponseBytesMax, milliseconds: timeoutMilliseconds, signal: new AbortController().signal };
    const sent = await send({ url: new URL(endpoint), body: JSON.stringify(notification), headers, ...bounds }, sending);
    if (!isResponse(sent)) return { why: shorten(visible(sent.why), 300), isFinal: false };
    const { status } = sent;
    return status >= 200 && status < 300 ? undefined : { why: `it answers ${status}`, isFinal: isRefusal(status) };
  };
}

/** What stands in no log is tried a few times, and then given up: nobody could find it later. Resolves as a report does. */
export async function reportSoon(
  report: ReportToHub,
  notification: Notification,
  pauses: readonly number[] = [0, 2_000, 10_000],
): Promise<NotTaken | undefined> {
  let failure: NotTaken | undefined;
  for (const milliseconds of pauses) {
    await pause(milliseconds, undefined, { ref: false });
    failure = await report(notification);
    if (failure === undefined || failure.isFinal) break;
  }
  return failure;
}
