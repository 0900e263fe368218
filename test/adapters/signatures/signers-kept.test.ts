import { mkdirSync, rmdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from '@jest/globals';
import { assertSignersKept, noteSigners } from '../../../src/adapters/signatures/signers-kept.js';
import { aConfig } from '../../cli/support/ubos.js';
import { useFolders } from '../../support/folders.js';

const folder = useFolders();
let home: string;
beforeEach(() => {
  home = folder();
  mkdirSync(join(home, 'keys'));
});

type Signature = 'by_risk' | 'required' | 'optional' | 'off';
function vessel(allowedSigners: string | undefined, signature: Signature = 'by_risk') {
  const { approvals, paths } = aConfig({}, home);
  return { paths, approvals: { ...approvals, allowedSigners, signature } };
}
const start = async (config: ReturnType<typeof vessel>) => {
  assertSignersKept(config);
  await noteSigners(config);
};

describe('a list of keys that was there once (spec A3)', () => {
  it('is missed, and nothing starts unsigned instead', async () => {
    await start(vessel('/etc/janus/allowed_signers'));
    await start(vessel('/etc/janus/allowed_signers'));
    await expect(start(vessel(undefined))).rejects.toMatchObject({ code: 'CONFIG_INVALID', message: expect.stringMatching(/is gone/) });
  });

  it('may be given up knowingly', async () => {
    await start(vessel('/etc/janus/allowed_signers'));
    await start(vessel(undefined, 'off'));
  });

  it('is nothing that a fresh machine lacks', async () => {
    await start(vessel(undefined));
    await start(vessel(undefined));
  });

  it('is missed where nobody can tell whether it was there', async () => {
    rmdirSync(join(home, 'keys'));
    writeFileSync(join(home, 'keys'), 'no folder');
    await expect(start(vessel(undefined))).rejects.toMatchObject({ code: 'CONFIG_INVALID' });
  });
});
