import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, it } from '@jest/globals';
import { wireRestored } from '../../../src/worker/wiring/restored.js';
import { aConfig } from '../../cli/support/ubos.js';
import { useFolders } from '../../support/folders.js';
import { closeTrails, openTrail } from '../../support/trail/trails.js';

const folder = useFolders();
afterEach(closeTrails);

it.each([
  ['a word', '{"id":"restore-0123456789ab"}'],
  ['what cannot be read', '{'],
])('after a restore nobody uses the trail while %s lies there, and everybody afterwards (spec D3)', async (_, text) => {
  const home = folder();
  const { gated } = wireRestored(aConfig({}, home), openTrail(home).trail);
  const word = join(home, 'restored.json');
  writeFileSync(word, text);
  for (const use of [
    () => gated.find('proposals', 'x'),
    () => gated.decide('proposals', () => undefined),
    () => gated.rotate('proposals'),
    () => gated.prune('proposals', new Date(0)),
  ])
    await expect(use()).rejects.toMatchObject({ code: 'AUDIT_UNAVAILABLE', next: 'ubos audit acknowledge-restore' });
  rmSync(word);
  expect(await gated.find('proposals', 'x')).toBeUndefined();
});
