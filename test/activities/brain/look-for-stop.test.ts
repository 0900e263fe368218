import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from '@jest/globals';
import { lookForStop } from '../../../src/activities/brain/look-for-stop.js';
import { JanusError } from '../../../src/domain/errors.js';
import type { StandingStop } from '../../../src/domain/controls/stop.js';
import { createStanding } from '../../../src/domain/trail/standing.js';
import { useFolders } from '../../support/folders.js';
import { closeTrails, openTrail, recordsIn } from '../../support/trail/trails.js';

const folder = useFolders();
afterEach(closeTrails);

const found: StandingStop = {
  ...{ id: 'stop-0123456789ab', at: '2026-01-02T03:00:00.000Z', reason: 'smoke', by: 'ana', mode: 'now' },
  ...{ isFileThere: true, found: 'EMERGENCY_STOP exists', next: 'ubos resume' },
};

function witness() {
  const here = folder();
  const standing = createStanding();
  const { trail } = openTrail(here, { missionLog: [standing] });
  const disk: { stop?: StandingStop | undefined } = { stop: found };
  const look = () => lookForStop({ trail, standing, onDisk: async () => disk.stop });
  const file = join(here, 'mission_log.jsonl');
  return { trail, standing, disk, look, records: () => (existsSync(file) ? recordsIn(file) : []) };
}

describe('whether the brain permits a start (spec K1)', () => {
  it('a stop on the disk is recorded once, under its own name', async () => {
    const { look, records } = witness();
    expect(await look()).toBe('emergency stop: EMERGENCY_STOP exists (smoke)');
    await look();
    expect(records()).toMatchObject([{ event_type: 'emergency_stop', stop: found.id, reason: 'smoke', by: 'ana', mode: 'now' }]);
  });

  it('it stands also when file and mark were removed by hand, until people end it', async () => {
    const { look, disk, trail, records } = witness();
    await look();
    disk.stop = undefined;
    expect(await look()).toMatch(/stop-0123456789ab is on record, and nobody has lifted it \(ubos resume\): smoke/);
    await trail.append('mission_log', {
      id: 'order/1',
      eventType: 'vessel_resumed',
      summary: 'ended',
      data: { of: 'stop-0123456789ab', ends: 'stop', by: 'ana', reason: 'x', assurance: 'unsigned', orders: [], received_at: '' },
    });
    expect(await look()).toBeUndefined();
    // Put back by hand: what was ended stops all the same while it lies there, and is not recorded anew.
    disk.stop = found;
    expect(await look()).toMatch(/EMERGENCY_STOP exists/);
    expect(records()).toHaveLength(2);
  });

  it('one without a name stops, and so does one that cannot be recorded', async () => {
    const { look, disk, records, standing } = witness();
    disk.stop = { mode: 'now', isFileThere: true, found: 'a folder that cannot be looked at', next: 'ls' };
    expect(await look()).toMatch(/cannot be looked at/);
    expect(records()).toEqual([]);
    const broken = () => Promise.reject(new JanusError('AUDIT_UNAVAILABLE', 'full'));
    const trail = { append: broken, decide: broken, find: broken };
    expect(await lookForStop({ trail, standing, onDisk: async () => found })).toMatch(/EMERGENCY_STOP exists/);
    await expect(lookForStop({ trail, standing, onDisk: async () => undefined })).rejects.toMatchObject({ code: 'AUDIT_UNAVAILABLE' });
  });
});
