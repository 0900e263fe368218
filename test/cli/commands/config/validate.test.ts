import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from '@jest/globals';
import { EXIT } from '../../../../src/cli/exit-codes.js';
import { useFolders } from '../../../support/folders.js';
import { aConfig, ubos } from '../../support/ubos.js';

const aPlace = useFolders();

it('validate names the playbook that is broken (spec F1)', async () => {
  const home = aPlace();
  await writeFile(join(home, 'playbooks.json'), JSON.stringify({ playbooks: [{ playbook_id: 'maintenance-001', nonsense: 1 }] }));
  const { code, stderr } = await ubos('config validate', { config: aConfig({}, home) });
  expect([code, stderr]).toEqual([EXIT.usage, expect.stringMatching(/playbooks\.json:1: playbooks\.0\.nonsense: found an unknown key/)]);
});
