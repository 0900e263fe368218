import type { Payload, PayloadConverter } from '@temporalio/common';
import { defaultPayloadConverter } from '@temporalio/common';

/** Stands for a payload that nobody could read, so that it is recorded as malformed instead of failing the workflow task for ever. */
export interface Undecodable {
  readonly undecodable: string;
}

/**
 * The default converter, but reading never throws: whoever reaches the server can signal bytes of any encoding,
 * and an Error while a signal is decoded would block the workflow. Loaded into the workflow bundle by its path.
 */
export const payloadConverter: PayloadConverter = {
  toPayload: (value, context) => defaultPayloadConverter.toPayload(value, context),
  fromPayload<T>(payload: Payload): T {
    try {
      return defaultPayloadConverter.fromPayload<T>(payload);
    } catch (error) {
      const undecodable: Undecodable = { undecodable: error instanceof Error ? error.message.slice(0, 200) : 'unreadable payload' };
      return undecodable as T;
    }
  },
};
