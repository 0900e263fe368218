import { describe, expect, it } from '@jest/globals';
import { createKept } from '../../../../src/activities/hands/controls/kept.js';
import type { KeptEntry, RecordedMarks } from '../../../../src/domain/controls/kept-entries.js';
import { recordedText } from '../../../../src/domain/controls/kept-entries.js';

const self = { vessel: 'janus-test', host: 'box' };
const entry = (seq: number): KeptEntry => ({
  ...{ source: 'tick', of: '0123456789ab', seq, at: '2026-01-02T03:04:05.678Z' },
  ...{ event: 'relief.degrade', summary: 'x', data: {} },
});

function rig() {
  const world = { at: 0, entries: [] as KeptEntry[], noted: [] as RecordedMarks[], reads: 0 };
  const kept = createKept({
    folder: {
      stamp: () => String(world.entries.length),
      read: () => {
        world.reads += 1;
        return world.entries;
      },
      noteRecorded: async (marks) => void world.noted.push(marks),
    },
    self,
    sign: (text) => `hands ${text.length}`,
    isOwn: (text, signature) => signature === `brain ${text}`,
    monotonic: () => world.at,
  });
  return { world, kept };
}

describe('what the beat brings home (spec G1)', () => {
  it('is due when something is kept, five seconds after the last return at the earliest, and costs nothing else', () => {
    const { world, kept } = rig();
    expect([kept.isDue(), kept.isDue(), world.reads]).toEqual([false, false, 1]);
    world.entries = [entry(1)];
    expect(kept.isDue()).toBe(true);
    kept.told();
    world.entries = [entry(1), entry(2)];
    expect(kept.isDue()).toBe(false);
    world.at = 5_000;
    expect(kept.isDue()).toBe(true);
  });

  it('comes home early fewer than 160 times a day, whatever happens: 5,000 events of history are enough', () => {
    const { world, kept } = rig();
    let returns = 0;
    for (world.at = 0; world.at < 86_400_000; world.at += 1_000) {
      world.entries = [...world.entries.slice(-3), entry(world.at)];
      if (!kept.isDue()) continue;
      kept.told();
      returns += 1;
    }
    expect(returns).toBeGreaterThan(140);
    expect(returns).toBeLessThan(160);
  });

  it('is dropped by the word of the brain for this host alone', async () => {
    const { world, kept } = rig();
    const marks = { tick: { of: '0123456789ab', seq: 2 } };
    const signed = (host: string) => ({ marks, signature: `brain ${recordedText({ ...self, host }, marks)}` });
    for (const forged of [
      undefined,
      null,
      'x',
      { marks },
      { marks, signature: 'brain' },
      { marks: { tick: Number.NaN }, signature: 'x' },
      signed('other'),
    ])
      await kept.acknowledge(forged);
    expect(world.noted).toEqual([]);
    await kept.acknowledge(signed('box'));
    expect(world.noted).toEqual([marks]);
  });

  it('is at most 50 entries at once, the oldest first', () => {
    const { world, kept } = rig();
    world.entries = Array.from({ length: 60 }, (_, index) => entry(index + 1));
    const found = kept.read();
    expect([found?.entries.length, found?.entries[0]?.seq]).toEqual([50, 1]);
  });
});
