import { renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from '@jest/globals';
import { createBrainWords } from '../../../src/adapters/permit/brain-words.js';
import { createVouchers, ensurePermitKeys } from '../../../src/adapters/permit/create-permits.js';
import { useFolders } from '../../support/folders.js';

const folder = useFolders();

it('the word of a key that the brain had counts for the past, as long as somebody keeps its public half (spec T7)', async () => {
  const here = folder();
  const files = await ensurePermitKeys(here);
  const signature = createVouchers(files).vouch('figures');
  renameSync(files.publicKeyFile, join(here, 'permit-2026.pub'));
  rmSync(files.privateKeyFile);
  const own = createVouchers(await ensurePermitKeys(here));
  const words = createBrainWords(here);
  expect(words.isOwn('figures', signature)).toBe(true);
  expect(words.isOwn('figures', own.vouch('figures'))).toBe(true);
  expect(words.isOwn('other figures', signature)).toBe(false);
  expect(own.isOwn('figures', signature)).toBe(false);
  rmSync(join(here, 'permit-2026.pub'));
  expect(createBrainWords(here).isOwn('figures', signature)).toBe(false);
});

it('a key that cannot be read is an error, and vouches for nothing', async () => {
  const here = folder();
  await ensurePermitKeys(here);
  writeFileSync(join(here, 'permit-2026.pub'), 'no key');
  expect(() => createBrainWords(here).isOwn('x', 'eA==')).toThrow(expect.objectContaining({ code: 'CONFIG_INVALID' }));
});
