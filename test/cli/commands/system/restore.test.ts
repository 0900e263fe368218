import { describe, expect, it } from '@jest/globals';
import { useFolders } from '../../../support/folders.js';
import { printed } from '../../support/printed.js';
import { aConfig, ubos } from '../../support/ubos.js';

const folder = useFolders();

describe('ubos restore (spec D3)', () => {
  it.each<[readonly string[], string]>([
    [['restore'], 'a vessel is restored into mode alpha: say so'],
    [['restore', '--into', 'beta'], '"beta" is not where a restored vessel begins'],
  ])('%j is refused', async (line, words) => {
    const { code, stderr } = await ubos(line, { config: aConfig({}, folder()), columns: 400 });
    expect([code, stderr]).toEqual([2, expect.stringContaining(words)]);
  });

  it('--put-in-place does nothing where nothing was put back', async () => {
    const { code, stdout } = await ubos(['restore', '--put-in-place', '--json'], { config: aConfig({}, folder()) });
    expect(code).toBe(0);
    expect(printed(stdout, 'put-in-place')).toMatchObject({ restored: null, set_aside: [] });
  });

  it('says what is missing where there is no password', async () => {
    const { code, stderr } = await ubos(['restore', '--into', 'alpha', '--json'], { config: aConfig({}, folder()), columns: 400 });
    expect([code, stderr]).toEqual([2, expect.stringContaining('backup.password does not exist')]);
  });
});
