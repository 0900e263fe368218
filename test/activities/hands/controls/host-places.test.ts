import { join } from 'node:path';
import { afterEach, describe, expect, it } from '@jest/globals';
import type { Admission, Needs } from '../../../../src/activities/hands/gate.js';
import { createHostPlaces } from '../../../../src/activities/hands/controls/host-places.js';
import type { Slots } from '../../../../src/adapters/controls/slots.js';
import { openSlots } from '../../../../src/adapters/controls/slots.js';
import type { HostOrders } from '../../../../src/domain/controls/published.js';
import { useFolders } from '../../../support/folders.js';

const folder = useFolders();
const opened: Slots[] = [];
afterEach(() => opened.splice(0).forEach((slots) => slots.close()));

const calm: HostOrders = { concurrency: 2, memoryCeilingMb: 10_000, stage: 'SEALED', holds: {}, thinkingSuspended: false };
const needs: Needs = { of: 'janus-000000000001', memoryMb: 1_000, network: [] };
const into = (admission: Admission | undefined) => {
  if (admission?.state !== 'in') throw new Error(`not in: ${JSON.stringify(admission)}`);
  return admission.place;
};

function worker(file: string, orders: () => HostOrders) {
  const slots = openSlots(file, 4_096);
  opened.push(slots);
  return { slots, places: createHostPlaces(slots, orders) };
}

describe('places under the orders of the moment (spec G2, G3)', () => {
  it('are what the orders say, for two workers together', () => {
    const file = join(folder(), 'slots');
    let orders = calm;
    const [a, b] = [worker(file, () => orders).places, worker(file, () => orders).places];
    const first = into(a.admit(needs));
    into(b.admit(needs));
    expect(a.admit(needs)).toEqual({ state: 'full' });
    orders = { ...calm, concurrency: 1 };
    first.leave();
    expect(a.admit(needs)).toEqual({ state: 'full' });
    orders = { ...calm, concurrency: 4, memoryCeilingMb: 1_999 };
    expect(a.admit(needs)).toMatchObject({ state: 'memory', why: expect.stringContaining('1000 MB') as unknown });
  });

  it('hold starts, and the network, back for the reason that is given', () => {
    const { places } = worker(join(folder(), 'slots'), () => ({ ...calm, holds: { network: 'the relief valve is at VENTING' } }));
    expect([places.heldBack(needs), places.heldBack({ ...needs, network: ['api.example.org'] })]).toEqual([
      undefined,
      'the relief valve is at VENTING',
    ]);
    const stopped = worker(join(folder(), 'slots'), () => ({ ...calm, holds: { starts: 'held by ada', network: 'x' } }));
    expect(stopped.places.heldBack(needs)).toBe('held by ada');
  });

  it('end the action that is to be shed, and no other', () => {
    const file = join(folder(), 'slots');
    const [a, b] = [worker(file, () => calm), worker(file, () => calm)];
    const [old, young] = [into(a.places.admit(needs)), into(b.places.admit(needs))];
    const serial = a.slots.youngest()[0] ?? 0;
    for (const each of [a, b]) each.places.shed(serial);
    expect([old.relief?.aborted, young.relief?.aborted]).toEqual([false, true]);
    expect(String(young.relief?.reason)).toContain('memory was short');
  });

  it('are none while they cannot be counted', () => {
    const told: unknown[] = [];
    const slots = openSlots('/proc/none/slots', 4_096);
    const places = createHostPlaces(
      slots,
      () => calm,
      (why) => told.push(why),
    );
    expect(places.admit(needs)).toMatchObject({ state: 'held', why: expect.stringContaining('cannot be counted') as unknown });
    expect(told).toHaveLength(1);
  });
});
