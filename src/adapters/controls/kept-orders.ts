import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { SignedOrders, StandingOrders } from '../../domain/controls/standing-orders.js';
import { parseOrders } from '../../domain/controls/standing-orders.js';
import { JanusError } from '../../domain/errors.js';
import { makeFolder, replaceFile } from '../files/durable.js';

/** What hands keep to of the people's orders. */
export interface KeptOrders {
  /** Absent: as configured. */
  readonly limit?: number;
  readonly hold: boolean;
  readonly released: number;
  /** Of the brain's last word; absent where there is none. */
  readonly mode?: StandingOrders['mode'];
  /** Why it is the narrowest that there is: nobody can tell what was ordered. */
  readonly problem?: string;
}

export interface OrderKeeper {
  /** Keeps them on the disk where they are newer than those that are kept; the ones that are kept then. Throws PERMIT_REFUSED for what is not the brain's. */
  keep(signed: SignedOrders): Promise<StandingOrders>;
  /** A few microseconds while nothing changes: for each tick. */
  read(): KeptOrders;
}

interface KeeperSettings {
  /** Of the controls. */
  readonly folder: string;
  readonly vessel: string;
  readonly host: string;
  /** Whether the brain of this vessel signed it. */
  readonly isOwn: (text: string, signature: string) => boolean;
}

const none: KeptOrders = { hold: false, released: 0 };

/** Fail closed: what was ordered may have been a hold. */
const unknown = (problem: string): KeptOrders => ({ limit: 1, hold: true, released: 0, problem });

/** Who changed the file changed what is signed: then it says nothing, and nothing starts until the brain has told it again. */
export function createOrderKeeper({ folder, vessel, host, isOwn }: KeeperSettings): OrderKeeper {
  const file = join(folder, 'orders.json');
  const verified = (signed: unknown): StandingOrders | undefined => {
    const { text, signature } = (signed ?? {}) as Partial<SignedOrders>;
    const orders = parseOrders(text);
    const isOurs = orders?.vessel === vessel && orders.host === host;
    return isOurs && typeof signature === 'string' && isOwn(String(text), signature) ? orders : undefined;
  };
  const stored = (): StandingOrders | 'none' | 'unknown' => {
    try {
      return verified(JSON.parse(readFileSync(file, 'utf8'))) ?? 'unknown';
    } catch (error) {
      return (error as NodeJS.ErrnoException).code === 'ENOENT' ? 'none' : 'unknown';
    }
  };
  const kept = (orders: ReturnType<typeof stored>): KeptOrders => {
    if (orders === 'none') return none;
    if (orders === 'unknown') return unknown(`${file} is not what the brain signed`);
    const { limit, hold, released, mode } = orders;
    return { hold, released, ...(limit !== undefined && { limit }), ...(mode && { mode }) };
  };
  let known: { readonly stamp: string; readonly kept: KeptOrders } | undefined;
  const stampOf = (): string => {
    try {
      const found = statSync(file, { throwIfNoEntry: false });
      if (found === undefined) return 'ENOENT';
      const { ino, mtimeMs, ctimeMs, size } = found;
      return [ino, mtimeMs, ctimeMs, size].join();
    } catch (error) {
      return String((error as NodeJS.ErrnoException).code);
    }
  };
  return {
    async keep(signed) {
      const orders = verified(signed);
      if (orders === undefined) throw new JanusError('PERMIT_REFUSED', 'the brain of this vessel did not sign these orders for this host');
      const before = stored();
      if (typeof before !== 'string' && before.seq >= orders.seq) return before;
      await makeFolder(folder, 0o700);
      await replaceFile(file, `${JSON.stringify({ text: signed.text, signature: signed.signature })}\n`, { mode: 0o600 });
      return orders;
    },
    read() {
      const stamp = stampOf();
      if (known?.stamp !== stamp) known = { stamp, kept: kept(stored()) };
      return known.kept;
    },
  };
}
