import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from '@jest/globals';
import { describeWithTools } from '../../../support/backup/tools.js';
import { useFolders } from '../../../support/folders.js';
import { printed } from '../../support/printed.js';
import { aConfig, ubos } from '../../support/ubos.js';

const folder = useFolders();

describeWithTools('ubos backup init (spec D3)', () => {
  it('makes a repository, and a password that only its owner reads', async () => {
    const home = folder();
    const { code, stdout } = await ubos(['backup', 'init', '--json'], { config: aConfig({}, home) });
    const file = join(home, 'backup.password');
    expect(code).toBe(0);
    expect(printed(stdout, 'backup-repository')).toMatchObject({ password_file: file, made_password: true });
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(existsSync(join(home, 'repository', 'config'))).toBe(true);
  });

  it('makes none twice, and never another password', async () => {
    const home = folder();
    const config = aConfig({}, home);
    await ubos(['backup', 'init'], { config });
    const password = readFileSync(join(home, 'backup.password'), 'utf8');
    const { code, stderr } = await ubos(['backup', 'init'], { config, columns: 400 });
    expect([code, readFileSync(join(home, 'backup.password'), 'utf8')]).toEqual([1, password]);
    expect(stderr).toMatch(/already/);
  });

  it('says why it cannot', async () => {
    const home = folder();
    writeFileSync(join(home, 'repository'), 'a file stands there');
    const { code, stderr } = await ubos(['backup', 'init'], { config: aConfig({}, home), columns: 400 });
    expect([code, stderr]).toEqual([1, expect.stringMatching(/restic: /)]);
  });
});
