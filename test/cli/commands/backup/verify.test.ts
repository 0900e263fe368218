import { join } from 'node:path';
import { writeFileSync } from 'node:fs';
import { expect, it } from '@jest/globals';
import { makeBackup } from '../../../../src/adapters/backup/make-backup.js';
import { backupPlaces } from '../../../../src/adapters/backup/places.js';
import { createRestic } from '../../../../src/adapters/backup/restic.js';
import { describeWithTools } from '../../../support/backup/tools.js';
import { useFolders } from '../../../support/folders.js';
import { closeTrails, openTrail } from '../../../support/trail/trails.js';
import { printed } from '../../support/printed.js';
import { aConfig, ubos } from '../../support/ubos.js';

const folder = useFolders();

/** A vessel with a record, and its backup. */
async function backedUp(damage: (home: string) => void = () => undefined) {
  const [home, elsewhere] = [folder(), folder()];
  const backup = { ...aConfig().backup, repository: join(elsewhere, 'repository'), passwordFile: join(elsewhere, 'password') };
  const config = aConfig({ backup }, home);
  await openTrail(home).trail.append('mission_log', {
    id: 'stop/stop-0123456789ab',
    eventType: 'emergency_stop',
    summary: 'stopped',
    data: { stop: 'stop-0123456789ab', at: '2026-01-02T03:00:00.000Z', reason: 'smoke', by: 'bo', mode: 'now' },
  });
  await closeTrails();
  damage(home);
  await ubos(['backup', 'init'], { config });
  const restic = createRestic({ ...backup, state: home });
  const settings = { places: backupPlaces(home), vessel: 'janus-test', logs: [join(home, 'mission_log.jsonl')], excludes: [] };
  await makeBackup({ ...settings, restic, now: () => new Date() }, 'backup-0000000000000001');
  return config;
}

describeWithTools('ubos backup verify (spec D3)', () => {
  it('puts the newest one back elsewhere, and looks into it', async () => {
    const config = await backedUp();
    const { code, stdout } = await ubos(['backup', 'verify', '--json'], { config });
    expect(code).toBe(0);
    expect(printed(stdout, 'backup-verification')).toMatchObject({ snapshot: 'latest', ok: true, database: 'none' });
    expect((await ubos(['backup', 'verify', '--full'], { config })).stdout).toContain('mission_log: ok, ');
  });

  it('finds a line that was changed before it was made', async () => {
    const config = await backedUp((home) => writeFileSync(join(home, 'mission_log.jsonl'), '{"seq":0}\n'));
    const { code, stdout } = await ubos(['backup', 'verify'], { config });
    expect([code, stdout]).toEqual([1, expect.stringContaining('mission_log: broken')]);
  });
});
