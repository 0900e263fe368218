import { chmodSync, readFileSync, readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { createAnswerSigner, createHandsKey, ensureHandsKeys } from '../../../src/adapters/permit/hands-keys.js';
import { useFolders } from '../../support/folders.js';

const folder = useFolders();

describe('the key of the hands (spec X5)', () => {
  it('is made once, and its private half is for its owner alone', async () => {
    const here = join(folder(), 'hands');
    const [files] = await Promise.all([1, 2, 3].map(() => ensureHandsKeys(here)));
    const before = readFileSync(files!.privateKeyFile, 'utf8');
    await ensureHandsKeys(here);
    expect(readFileSync(files!.privateKeyFile, 'utf8')).toBe(before);
    expect(readdirSync(here).sort()).toEqual(['hands.key', 'hands.pub']);
    expect([files!.privateKeyFile, files!.publicKeyFile].map((file) => statSync(file).mode & 0o777)).toEqual([0o600, 0o644]);
  });

  it('that others can read signs nothing, with what to type', async () => {
    const files = await ensureHandsKeys(folder());
    chmodSync(files.privateKeyFile, 0o640);
    expect(() => createAnswerSigner(files)).toThrow(
      expect.objectContaining({ code: 'CONFIG_INVALID', next: `chmod 600 ${files.privateKeyFile}` }),
    );
  });

  it('is known to the brain from the moment on at which it is there, and a new one in its place too', async () => {
    const here = folder();
    const known = createHandsKey(here);
    const unknown = expect.objectContaining({ code: 'HANDS_UNKNOWN', next: expect.stringContaining('start the hands') });
    expect(() => known.fingerprint()).toThrow(unknown);
    const first = createAnswerSigner(await ensureHandsKeys(here));
    expect(known.fingerprint()).toBe(first.fingerprint);
    expect(first.fingerprint).toMatch(/^SHA256:[A-Za-z0-9+/]{43}$/);
    const signature = first.sign('an answer');
    expect([known.isOwn('an answer', signature), known.isOwn('another', signature)]).toEqual([true, false]);
    for (const name of readdirSync(here)) rmSync(join(here, name));
    const second = createAnswerSigner(await ensureHandsKeys(here));
    expect(known.fingerprint()).toBe(second.fingerprint);
    expect([known.isOwn('an answer', signature), known.isOwn('an answer', second.sign('an answer'))]).toEqual([false, true]);
  });

  it.each(['', 'x', 'bm90IGEgc2lnbmF0dXJl', '\ud800'])('takes %j for no signature', async (signature) => {
    const here = folder();
    await ensureHandsKeys(here);
    expect(createHandsKey(here).isOwn('an answer', signature)).toBe(false);
  });
});
