import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from '@jest/globals';
import { assertSignersKept, noteSigners } from '../../../src/config/signers/signers-kept.js';
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
const start = (config: ReturnType<typeof vessel>) => {
  assertSignersKept(config);
  noteSigners(config);
};

describe('a list of keys that was there once (spec A3)', () => {
  it('is missed, and nothing starts unsigned instead', () => {
    start(vessel('/etc/janus/allowed_signers'));
    start(vessel('/etc/janus/allowed_signers'));
    expect(() => start(vessel(undefined))).toThrow(
      expect.objectContaining({ code: 'CONFIG_INVALID', message: expect.stringMatching(/is gone/) }),
    );
  });

  it('may be given up knowingly', () => {
    start(vessel('/etc/janus/allowed_signers'));
    expect(() => start(vessel(undefined, 'off'))).not.toThrow();
  });

  it('is nothing that a fresh machine lacks', () => {
    expect(() => start(vessel(undefined))).not.toThrow();
    expect(() => start(vessel(undefined))).not.toThrow();
  });
});
