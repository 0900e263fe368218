import { describe, expect, it } from '@jest/globals';
import type { Admission, Needs } from '../../../src/activities/hands/gate.js';
import { createGate } from '../../../src/activities/hands/gate.js';

const { signal } = new AbortController();
const calm = () => new Promise((resolve) => setImmediate(resolve));
const needs = (of: string, change: Partial<Needs> = {}): Needs => ({ of, memoryMb: 100, network: [], ...change });

/** Places as a test says; `at` is the clock of the gate. */
function rig(limit: number) {
  const world = { limit, at: 0, taken: 0, network: undefined as string | undefined, roomMb: Infinity };
  const admit = ({ memoryMb }: Needs): Admission => {
    if (world.taken >= world.limit) return { state: 'full' };
    if (memoryMb > world.roomMb) return { state: 'memory', why: 'too little memory' };
    world.taken += 1;
    return { state: 'in', place: { leave: () => void (world.taken -= 1) } };
  };
  const gate = createGate({ heldBack: ({ network }) => (network.length > 0 ? world.network : undefined), admit }, () => world.at);
  const ends = new Map<string, string>();
  const leaves = new Map<string, () => void>();
  const enterOne = async (want: Needs) => {
    const end = await gate.enter(want, signal);
    if (end === undefined) return;
    ends.set(want.of, 'held' in end ? end.held : 'in');
    if ('leave' in end) leaves.set(want.of, () => end.leave());
  };
  const enter = (want: Needs) => void enterOne(want);
  return { world, gate, ends, leaves, enter };
}

describe('the gate under the controls (spec G2, G3)', () => {
  it('holds nobody for a place, and whoever may not use the network at once, also behind others', async () => {
    const { world, gate, ends, enter } = rig(1);
    for (const want of [needs('a'), needs('b'), needs('c', { network: ['api.example.org'] })]) enter(want);
    await calm();
    expect([[...ends], gate.waiting]).toEqual([[['a', 'in']], 2]);
    world.network = 'the relief valve is at VENTING';
    gate.wake();
    await calm();
    expect([ends.get('c'), ends.get('b'), gate.waiting]).toEqual(['the relief valve is at VENTING', undefined, 1]);
    expect(gate.waitingForNetwork).toEqual([['api.example.org']]);
  });

  it('forgets who waits for the network when that one was let in, or comes no more', async () => {
    const { world, gate, enter } = rig(2);
    world.network = 'offline';
    for (const each of ['a', 'a', 'b']) enter(needs(each, { network: [`${each}.example.org`] }));
    expect(gate.waitingForNetwork).toEqual([['a.example.org'], ['b.example.org']]);
    world.network = undefined;
    enter(needs('a', { network: ['api.example.org'] }));
    expect(gate.waitingForNetwork).toEqual([['b.example.org']]);
    world.at = 20_001;
    expect(gate.waitingForNetwork).toEqual([]);
  });

  it('lets a later one by when the first in line has found too little memory for 30 seconds', async () => {
    const { world, gate, ends, enter } = rig(2);
    world.roomMb = 500;
    enter(needs('big', { memoryMb: 4_000 }));
    enter(needs('small'));
    await calm();
    expect(ends.size).toBe(0);
    world.at = 29_999;
    gate.wake();
    await calm();
    expect(ends.size).toBe(0);
    world.at = 30_000;
    gate.wake();
    await calm();
    expect([...ends]).toEqual([
      ['big', 'too little memory'],
      ['small', 'in'],
    ]);
  });

  it('is woken by whoever leaves, and by a limit that rose', async () => {
    const { world, gate, ends, leaves, enter } = rig(1);
    for (const each of ['a', 'b', 'c']) enter(needs(each));
    await calm();
    leaves.get('a')?.();
    await calm();
    expect([...ends.keys()]).toEqual(['a', 'b']);
    world.limit = 2;
    await calm();
    expect(ends.has('c')).toBe(false);
    gate.wake();
    await calm();
    expect(ends.get('c')).toBe('in');
  });
});
