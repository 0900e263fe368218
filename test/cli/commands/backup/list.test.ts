import { expect, it } from '@jest/globals';
import { describeWithTools } from '../../../support/backup/tools.js';
import { useFolders } from '../../../support/folders.js';
import { printed } from '../../support/printed.js';
import { aConfig, ubos } from '../../support/ubos.js';

const folder = useFolders();

describeWithTools('ubos backup list (spec D3)', () => {
  it('says that there is none yet', async () => {
    const config = aConfig({}, folder());
    await ubos(['backup', 'init'], { config });
    const { code, stderr } = await ubos(['backup', 'list'], { config, columns: 400 });
    expect([code, stderr]).toEqual([0, expect.stringContaining('holds no backup of janus-test yet')]);
    expect(printed((await ubos(['backup', 'list', '--json'], { config })).stdout, 'backups')).toMatchObject({ backups: [] });
  });

  it('says what is missing where there is no password', async () => {
    const { code, stderr } = await ubos(['backup', 'list'], { config: aConfig({}, folder()), columns: 400 });
    expect([code, stderr]).toEqual([2, expect.stringContaining('backup.password does not exist')]);
    expect(stderr).toContain('ubos backup init');
  });
});
