import type { Payload, PayloadConverter } from '@temporalio/common';
import { defaultPayloadConverter } from '@temporalio/common';
import { isDeeper, levelsMax } from '../domain/text/sound-json.js';

/** Stands for a payload that nobody could read, so that it is recorded as malformed instead of failing the workflow task for ever. */
export interface Undecodable {
  readonly undecodable: string;
}

/** A proposal, and what is put around it on its way. */
const nestingMax = 2 * levelsMax;
const undecodable = (why: string): Undecodable => ({ undecodable: why });

/** Why it could not be read; undefined for everything else. */
export function undecodableReason(value: unknown): string | undefined {
  const why: unknown = (value as Partial<Undecodable> | null | undefined)?.undecodable;
  return typeof why === 'string' ? why : undefined;
}

/**
 * The default converter, but reading never throws: whoever reaches the server can signal bytes of any encoding, and an Error while a signal is
 * decoded would block the workflow. So would one while it is written again, which recurses: what is nested deeper than anything of ours is unreadable. Loaded into the workflow bundle by its path.
 */
export const payloadConverter: PayloadConverter = {
  toPayload: (value, context) => defaultPayloadConverter.toPayload(value, context),
  fromPayload<T>(payload: Payload): T {
    try {
      const value = defaultPayloadConverter.fromPayload<T>(payload);
      return isDeeper(value, nestingMax) ? (undecodable(`it has more than ${nestingMax} levels`) as T) : value;
    } catch {
      return undecodable('its payload is no JSON') as T;
    }
  },
};
