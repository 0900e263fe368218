import { expect, it } from '@jest/globals';
import { createProcessNotes } from '../../scripts/lib/leftovers.mjs';
import { useFolders } from '../support/folders.js';

const folder = useFolders();

it('npm start leaves alone what another one runs that is still there', async () => {
  const home = folder();
  createProcessNotes(home).noteSelf();
  await expect(createProcessNotes(home).endLeftovers()).rejects.toThrow(`runs already with this state folder (pid ${process.pid})`);
});
