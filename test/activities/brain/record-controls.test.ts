import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from '@jest/globals';
import type { KeptEntry } from '../../../src/domain/controls/kept-entries.js';
import { keptText } from '../../../src/domain/controls/kept-entries.js';
import { useFolders } from '../../support/folders.js';
import { closeTrails, recordsIn } from '../../support/trail/trails.js';
import { openBrain } from '../../support/vessel/brains.js';

const folder = useFolders();
afterEach(closeTrails);

const aLine = (seq: number, change: Partial<KeptEntry> = {}): KeptEntry => ({
  source: 'tick',
  of: '0123456789ab',
  seq,
  at: '2026-01-02T03:04:05.000Z',
  event: 'network_offline',
  summary: 'an action found no network',
  data: { reached: 0, unreachable: 1 },
  ...change,
});

function aVessel(violationAction: 'immediate_stop' | 'pause' | 'alert' = 'immediate_stop') {
  const here = folder();
  const brain = openBrain(here, { violationAction, hands: { isOwn: (text, signature) => signature === `of ${text.length}` } });
  const record = (...entries: KeptEntry[]) => {
    const self = { vessel: 'janus-test', host: 'here' };
    return brain.recordControls({ kept: { entries, signature: `of ${keptText(self, entries).length}` } });
  };
  const file = join(here, 'mission_log.jsonl');
  const missionLog = () => (existsSync(file) ? recordsIn(file) : []);
  return { brain, record, types: () => missionLog().map(({ event_type: type }) => type), missionLog };
}

describe('what happened on a host (spec G1)', () => {
  it('is recorded once, in its order, and only where hands signed it', async () => {
    const { brain, record, types } = aVessel();
    const online = aLine(2, { event: 'network_online' });
    expect(await record(aLine(1), online)).toMatchObject({ recorded: { marks: { tick: { of: '0123456789ab', seq: 2 } } } });
    await record(aLine(1), online);
    expect(types()).toEqual(['network_offline', 'network_online']);
    expect(await brain.recordControls({ kept: { entries: [aLine(3)], signature: 'x' } })).toMatchObject({ kind: 'refused' });
    expect(types()).toHaveLength(2);
  });

  it('people hear of lines that nobody knows, which keep nothing behind them from being recorded', async () => {
    const { brain, record, types } = aVessel();
    expect(await record(aLine(1, { event: 'from_tomorrow' }), aLine(2))).toMatchObject({ recorded: { marks: { tick: { seq: 2 } } } });
    expect(types()).toEqual(['network_offline']);
    expect(brain.alarms).toMatchObject([{ summary: expect.stringContaining('does not know'), findings: [{ event: 'from_tomorrow' }] }]);
  });
});

describe('an escape attempt that got out, as hands tell it (spec K4)', () => {
  const out = aLine(1, { source: 'hands', event: 'constitutional_violation', data: { kind: 'canary', at: 'ptrace' } });

  it.each([
    ['immediate_stop', ['evidence', 'stop'], ['constitutional_violation']],
    ['pause', ['evidence'], ['vessel_paused', 'constitutional_violation']],
    ['alert', ['evidence'], ['constitutional_violation']],
  ] as const)('%s: evidence is kept, and it is on record as a violation, once', async (action, answered, records) => {
    const { brain, record, types, missionLog } = aVessel(action);
    await record(out);
    await record({ ...out, seq: 2 });
    expect([brain.breachesAnswered.map((each) => each.split(' ')[0]), types()]).toEqual([answered, records]);
    expect(missionLog().at(-1)).toMatchObject({ kind: 'canary', at: 'ptrace', action, evidence: '/evidence' });
  });

  it('no other breach is taken from a host: it could name any', async () => {
    const { record, types, brain } = aVessel();
    await record({ ...out, data: { kind: 'broken_chain', at: 'proposals' } });
    expect([types(), brain.breachesAnswered, brain.alarms.length]).toEqual([[], [], 1]);
  });
});
