import { chmodSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from '@jest/globals';
import { lookAtRulingFiles } from '../../../src/adapters/host/ruling-files.js';
import { fill, useFolders } from '../../support/folders.js';

const folder = useFolders();

it("are looked at with the folders that they lie in, each once; what is not there is nobody's to write (spec O3)", () => {
  const here = fill(folder(), { 'agent.yaml': '', 'policy.json': '', 'hooks/notify': '' });
  chmodSync(join(here, 'policy.json'), 0o646);
  chmodSync(join(here, 'hooks'), 0o1777);
  const files = ['agent.yaml', 'policy.json', 'playbooks.json', 'hooks/notify'].map((name) => join(here, name));
  const seen = lookAtRulingFiles(files);
  expect(seen.map(({ file }) => file)).toEqual([here, files[0], files[1], join(here, 'hooks'), files[3]]);
  expect(seen[2]).toMatchObject({ mode: 0o646, isFolder: false, uid: process.getuid?.() });
  expect(seen[3]).toMatchObject({ mode: 0o1777, isFolder: true });
});
