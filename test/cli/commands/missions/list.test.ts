import { writeFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { useFolders } from '../../../support/folders.js';
import { openTrail } from '../../../support/trail/trails.js';
import { printed } from '../../support/printed.js';
import { aConfig, ubos } from '../../support/ubos.js';

describe('ubos missions list (spec T2)', () => {
  const aPlace = useFolders();
  const withMissions = (missions: unknown) => {
    const home = aPlace();
    const config = aConfig({}, home);
    writeFileSync(config.paths.missionObjectives, JSON.stringify({ missions }));
    return { home, config };
  };
  const missions = [
    { id: 'disk', title: 'Keep the disk free', success: { disk_usage_percent: '<80' }, priority: 2 },
    { id: 'old', title: 'Over', expires_at: '2020-01-01T00:00:00Z' },
    { id: 'off', title: 'Switched off', active: false },
  ];

  it('says of each whether it is open, and by the trail whether it was reached', async () => {
    const { home, config } = withMissions(missions);
    const { stdout, stderr } = await ubos('missions list', { config });
    expect(stderr).toBe('');
    expect(stdout).toMatch(/^disk +2 +open +disk_usage_percent <80 +Keep the disk free$/m);
    expect(stdout).toMatch(/^old +0 +over +- +Over$/m);
    expect(stdout).toMatch(/^off +0 +off /m);
    const { trail } = openTrail(home);
    const data = { workflow_id: 'w', started: [], duplicates: [], skipped: [], metrics: {}, reached: ['disk'] };
    await trail.append('mission_log', { id: 'cycle/1', eventType: 'thinking_cycle', summary: 'thought', data });
    expect(printed((await ubos('missions list --json', { config })).stdout, 'missions')).toMatchObject({
      missions: [
        { id: 'disk', state: 'reached', success: { disk_usage_percent: '<80' } },
        { state: 'over', success: null },
        { state: 'off' },
      ],
    });
  });

  it('names file, line and what is allowed where a success asks for what nobody measures', async () => {
    const { config } = withMissions([{ id: 'disk', title: 'Disk', success: { disk_usage: '<80' } }]);
    const { code, stdout, stderr } = await ubos('missions list', { config });
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain('mission_objectives.json');
    expect(stderr.replaceAll(/\s+/g, ' ')).toContain('disk_usage_percent');
  });

  it('says that there are none', async () => {
    expect((await ubos('missions list', { config: aConfig({}, aPlace()) })).stderr).toContain('There is no mission');
  });
});
