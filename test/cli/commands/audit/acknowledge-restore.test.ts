import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { useFolders } from '../../../support/folders.js';
import { aVessel } from '../../support/fake-vessel.js';
import { printed } from '../../support/printed.js';
import { aConfig, ubos } from '../../support/ubos.js';

const folder = useFolders();

describe('ubos audit acknowledge-restore (spec D3)', () => {
  const why = ['--reason', 'the disk was lost', '--by', 'ana'];
  const word = {
    ...{ id: 'restore-0123456789ab', backup: 'backup-0123456789abcdef', takenAt: '2026-01-01T00:00:00.000Z' },
    ...{ at: '2026-01-02T00:00:00.000Z', folder: 'before-restore-1', setAside: ['temporal.db'] },
  };

  it('shows what was put back, and names it', async () => {
    const home = folder();
    writeFileSync(join(home, 'restored.json'), JSON.stringify(word));
    const vessel = aVessel();
    const { code, stdout, stderr } = await ubos(['audit', 'acknowledge-restore', ...why], {
      vessel,
      config: aConfig({}, home),
      columns: 400,
    });
    expect([code, vessel.ordered]).toEqual([0, [{ kind: 'acknowledge_restore', of: word.id, reason: 'the disk was lost', by: 'ana' }]]);
    expect(stderr).toContain('Set aside in before-restore-1: temporal.db.');
    expect(stdout).toContain('Goes on from the backup of 2026-01-01T00:00:00.000Z, in mode alpha');
    const json = await ubos(['audit', 'acknowledge-restore', ...why, '--json'], { vessel, config: aConfig({}, home) });
    expect(printed(json.stdout, 'order')).toMatchObject({ kind: 'acknowledge_restore', of: word.id });
  });

  it('is refused where nothing was put back', async () => {
    const vessel = aVessel();
    const { code, stderr } = await ubos(['audit', 'acknowledge-restore', ...why], { vessel, config: aConfig({}, folder()), columns: 400 });
    expect([code, vessel.ordered]).toEqual([5, []]);
    expect(stderr).toContain('no backup was put back');
  });
});
