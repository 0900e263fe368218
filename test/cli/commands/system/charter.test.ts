import { writeFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { useFolders } from '../../../support/folders.js';
import { printed } from '../../support/printed.js';
import { aConfig, ubos } from '../../support/ubos.js';

describe('ubos charter', () => {
  const aPlace = useFolders();
  const withCharter = (text: string | Uint8Array) => {
    const config = { ...aConfig({}, aPlace()), principles: ['Truth over comfort'] };
    writeFileSync(config.paths.charter, text);
    return config;
  };

  it('prints the principles and the text, with whatever is not visible made so', async () => {
    const config = withCharter('# Charter\nNothing runs \u001b[8mwithout\u001b[0m a word.\n');
    const { code, stdout } = await ubos('charter', { config });
    expect(code).toBe(0);
    expect(stdout).toMatch(/^PRINCIPLES\n {2}Truth over comfort\n\n# Charter\nNothing runs [^\u001b]*without[^\u001b]* a word\.$/m);
    expect(printed((await ubos('charter --json', { config })).stdout, 'charter')).toMatchObject({
      principles: ['Truth over comfort'],
      text: expect.stringContaining('# Charter'),
    });
  });

  it('says where there is none, and what is no text', async () => {
    const missing = await ubos('charter', { config: aConfig({}, aPlace()) });
    expect(missing).toMatchObject({ code: 2, stdout: '' });
    expect(missing.stderr).toContain('no such file');
    const { code, stderr } = await ubos('charter', { config: withCharter(Buffer.from('ok\n\xff', 'latin1')) });
    expect(code).toBe(2);
    expect(stderr.replaceAll(/\s+/g, ' ')).toContain('charter.md:2: found bytes that are no UTF-8');
  });
});
