import { writeFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { useFolders } from '../../../support/folders.js';
import { anEntry } from '../../../support/model/subjects.js';
import { openTrail } from '../../../support/trail/trails.js';
import { printed } from '../../support/printed.js';
import { aConfig, ubos } from '../../support/ubos.js';

describe('ubos missions check (spec T2)', () => {
  const aPlace = useFolders();
  const check = async (text: string, line = '') => {
    const home = aPlace();
    const config = aConfig({ catalogue: [anEntry()] }, home);
    writeFileSync(config.paths.missionObjectives, text);
    return { home, config, ...(await ubos(`missions check${line}`, { config })) };
  };
  const missions = (...each: object[]) => JSON.stringify({ missions: each });

  it('says of each whether its success holds now, condition by condition, and what closes it', async () => {
    const { stdout, code } = await check(
      missions(
        { id: 'disk', title: 'Keep the disk free', success: { disk_usage_percent: '<=100', load1: '>=0' } },
        { id: 'far', title: 'Never', success: { disk_usage_percent: '>100' } },
        { id: 'dark', title: 'Nobody knows', success: { relief_degraded: false } },
        { id: 'open', title: 'For ever' },
        { id: 'off', title: 'Off', active: false },
        { id: 'over', title: 'Over', expires_at: '2020-01-01T00:00:00Z' },
      ),
    );
    expect(code).toBe(0);
    expect(stdout).toMatch(
      /disk {2}Keep the disk free\n {2}✓ disk_usage_percent is [\d.]+ \(<=100\)\n {2}✓ load1 is [\d.]+ \(>=0\)\n {2}Its success holds/,
    );
    expect(stdout).toMatch(/✗ disk_usage_percent is [\d.]+ \(>100\)\n {2}Its success does not hold yet/);
    expect(stdout).toMatch(/\? relief_degraded is unknown \(==false\)\n {2}Nobody can say/);
    expect(stdout).toMatch(/For ever\n {2}It names no success/);
    expect(stdout).toMatch(/It is switched off[^]*Its time is over/);
  });

  it('says what the trail says: closed is closed, and what waits is counted', async () => {
    const success = { pending_approvals: '==0' };
    const { home, config, stdout } = await check(missions({ id: 'queue', title: 'Nothing waits', success }), ' --json');
    expect(printed(stdout, 'missions-checked')).toMatchObject({
      missions: [{ state: 'open', result: 'match', conditions: [{ metric: 'pending_approvals', value: 0 }] }],
    });
    const { trail } = openTrail(home);
    const data = { workflow_id: 'w', started: [], duplicates: [], skipped: [], metrics: {}, reached: ['queue'] };
    await trail.append('mission_log', { id: 'cycle/1', eventType: 'thinking_cycle', summary: 'thought', data });
    expect((await ubos('missions check', { config })).stdout).toContain('It was reached, and is closed.');
  });

  it('remarks on an action type that nothing has', async () => {
    const { stdout } = await check(missions({ id: 'disk', title: 'Disk', allowed_action_types: ['disk_reprot', 'Disk Report'] }));
    expect(stdout.match(/no action of the catalogue is of type .*/g)).toEqual([
      'no action of the catalogue is of type disk_reprot; did you mean disk_report?',
    ]);
  });

  it.each([
    [
      'a metric that nobody knows',
      '{"missions": [{"id": "a", "title": "A",\n"success": {\n"load1": "<1",\n"disk_usage": "<80"}}]}',
      4,
      'did you mean disk_usage_percent?',
    ],
    ['two operators', '{"missions": [{"id": "a", "title": "A",\n"success": {"load1": "=>80"}}]}', 2, 'is not a comparison'],
    ['a unit', '{"missions": [{"id": "a", "title": "A",\n"success": {"disk_usage_percent": "<80%"}}]}', 2, 'is not a comparison'],
    ['no condition', '{"missions": [{"id": "a", "title": "A",\n"success": {}}]}', 2, 'success is empty'],
    ['a list for a success', '{"missions": [{"id": "a", "title": "A",\n"success": ["load1"]}]}', 2, 'success is not an object'],
    ['the same id twice', '{"missions": [{"id": "a", "title": "A"},\n{"id": "a", "title": "B"}]}', 2, 'another mission has this id'],
    ['a current one that is not there', '{"missions": [{"id": "a", "title": "A"}],\n"current": "b"}', 2, 'the id of a mission: a'],
    ['an unknown key', '{"missions": [{"id": "a", "title": "A",\n"sucess": {}}]}', 2, 'did you mean success?'],
    ['no JSON', '{"missions": [\n{"id": "a",}]}', 2, 'found'],
  ])('%s: its line, what is allowed, exit code 2', async (_, text, line, words) => {
    const { code, stdout, stderr } = await check(text);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain(`mission_objectives.json:${line}: `);
    expect(stderr.replaceAll(/\s+/g, ' ')).toContain(words);
  });

  it('takes no words, and says where there are no missions', async () => {
    const config = aConfig({}, aPlace());
    expect(await ubos('missions check disk', { config })).toMatchObject({ code: 2 });
    expect((await ubos('missions check', { config })).stderr).toContain('There is no mission');
  });
});
