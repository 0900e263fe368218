import type { Slot, Slots } from '../../../adapters/controls/slots.js';
import type { HostOrders } from '../../../domain/controls/published.js';
import type { Admission, Needs, Places } from '../gate.js';

/** Places for actions, as the controls of the host allow them at this moment. */
export interface HostPlaces extends Places {
  /** Ends the action in this place, where it is one of this process. */
  shed(serial: number): void;
}

/** The relief valve ended it. */
export class Shed extends Error {}

const whyShort = (memoryMb: number, ceilingMb: number) =>
  `it may use ${memoryMb} MB, and of this host's memory too little can be set aside now (${ceilingMb} MB for all actions together)`;

/** `unusable` is told where the table of places cannot be used: then nothing starts. */
export function createHostPlaces(
  slots: Slots,
  orders: () => HostOrders,
  unusable: (why: string | undefined) => void = () => undefined,
): HostPlaces {
  const running = new Map<Slot, AbortController>();
  const enter = (slot: Slot): Admission => {
    const relief = new AbortController();
    running.set(slot, relief);
    const leave = () => {
      running.delete(slot);
      slots.release(slot);
    };
    return { state: 'in', place: { leave, relief: relief.signal } };
  };
  const take = ({ memoryMb }: Needs, { concurrency, memoryCeilingMb }: HostOrders): Admission => {
    const slot = slots.take({ limit: concurrency, memoryMb, memoryCeilingMb });
    if (slot === 'memory') return { state: 'memory', why: whyShort(memoryMb, memoryCeilingMb) };
    return typeof slot === 'string' ? { state: 'full' } : enter(slot);
  };
  return {
    heldBack: ({ network }) => {
      const { holds } = orders();
      return holds.starts ?? (network.length > 0 ? holds.network : undefined);
    },
    admit: (needs) => {
      try {
        const admission = take(needs, orders());
        unusable(undefined);
        return admission;
      } catch (error) {
        const trouble = `the places of this host cannot be counted: ${String(error)}`;
        unusable(trouble);
        return { state: 'held', why: trouble };
      }
    },
    shed: (serial) => {
      const slot = slots.find(serial);
      if (slot !== undefined) running.get(slot)?.abort(new Shed('the relief valve ended it, because memory was short'));
    },
  };
}
