import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from '@jest/globals';
import { useFolders } from '../../support/folders.js';
import { signerLine } from '../../support/policy/reviewed-vessel.js';
import { softKey } from '../../support/proposals/signatures.js';
import { errorOf, loadFrom } from '../../support/vessel/configuration.js';

const folder = useFolders();
let here: string;
beforeEach(() => {
  here = folder();
});

const agent = `vessel_id: janus-test
constitutional: { amendments: required }
sandbox: { policy_path: policy.json }
approvals: { allowed_signers: keys, revoked_signers: revoked, groups: { first_citizen: [ana], trinity: [claude, gemini, codex] } }
`;
const keys = { ana: softKey(), claude: softKey(), gemini: softKey(), codex: softKey() };

/** The configuration with these keys; undefined: no list at all. */
function load(listed: Partial<typeof keys> | undefined, revoked = '') {
  const write = (name: string, text: string) => {
    writeFileSync(join(here, name), text);
    chmodSync(join(here, name), 0o644);
  };
  if (listed !== undefined)
    write(
      'keys',
      Object.entries(listed)
        .map(([name, key]) => signerLine(name, key))
        .join(''),
    );
  if (revoked !== '') write('revoked', revoked);
  return loadFrom(here, { agent });
}

const { ana, claude, gemini, codex } = keys;

describe('constitutional.amendments: required (spec C7)', () => {
  it('needs keys of the First Citizen and of those who recommend', () => {
    expect(load(keys).amendments).toBe('required');
  });

  it.each([
    ['no list of keys', undefined, '', 'no file'],
    ['nobody who approves', { claude, gemini, codex }, '', 'those who approve high risk have not enough keys'],
    ['one who recommends', { ana, claude, gemini }, '', 'codex has no key'],
    ['a key of its own for each', { ana, claude, gemini, codex: gemini }, '', 'is the key of two of those who recommend'],
    ['keys that are not revoked', keys, `${claude.publicKey}\n`, 'claude has no key'],
    ['revocations that can be compared', keys, 'SSHKRL\n\0', 'is a list of ssh-keygen -k'],
  ] as const)('is an error without %s, with line and way out', (_, listed, revoked, found) => {
    const error = errorOf(() => load(listed, revoked));
    expect(error.code).toBe('CONFIG_INVALID');
    expect(error.message).toContain(join(here, 'agent.yaml:2: constitutional.amendments: found required, but'));
    expect(error.message).toContain(found);
    expect(error.message).toContain('recorded, until there are keys of the First Citizen and of claude, gemini, codex');
  });
});
