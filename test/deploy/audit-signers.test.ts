import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { doubtBy, readSigners } from '../../deploy/audit-verify.mjs';
import { createSignatureVerifier } from '../../src/adapters/signatures/create-signature-verifier.js';
import { writeOrderStatement } from '../../src/domain/approval/order.js';
import { useFolders } from '../support/folders.js';
import { dayOne, isoOf } from '../support/modes/trails.js';
import { softSecurityKey, touched, verified } from '../support/proposals/signatures.js';

const folder = useFolders();
const namespace = 'janus-approval@v1';
const says = { order: 'authorise', mode: 'beta', of: 'mode-initial' } as const;
const statement = writeOrderStatement({
  ...{ vessel: 'janus-in-test', namespace: 'default', reason: 'x', signer: 'ana', nonce: '0'.repeat(32), ...says },
  ...{ issued_at: isoOf(dayOne), expires_at: isoOf(dayOne + 3_600_000) },
});

it.each<[string, readonly string[]]>([
  ['ed25519', []],
  ['rsa', ['-b', '2048']],
  ['rsa', ['-b', '4096']],
  ['ecdsa', ['-b', '256']],
  ['ecdsa', ['-b', '384']],
  ['ecdsa', ['-b', '521']],
])('a word that ssh-keygen signed with a key of %s %j is good for the program alone, and for no other text (spec T7)', (type, bits) => {
  const key = join(folder(), 'key');
  const keygen = (args: readonly string[], input = '') =>
    execFileSync('ssh-keygen', args, { input, encoding: 'utf8', stdio: ['pipe', 'pipe', 'ignore'] });
  keygen(['-q', '-t', type, ...bits, '-N', '', '-C', '', '-f', key]);
  const [, fingerprint = ''] = keygen(['-l', '-f', `${key}.pub`]).split(' ');
  const signers = readSigners(`ana namespaces="${namespace}" ${readFileSync(`${key}.pub`, 'utf8')}`, 'here');
  const doubt = doubtBy(signers, 'janus-in-test');
  // What RSA and ECDSA put into a signature differs in length from one to the next.
  for (let round = 0; round < 8; round += 1) {
    const signature = keygen(['-Y', 'sign', '-q', '-n', namespace, '-f', key], statement);
    const claim = { word: { by: 'ana', key: fingerprint, statement, signature }, order: says, at: dayOne };
    expect(doubt(claim)).toBeUndefined();
    const other = keygen(['-Y', 'sign', '-q', '-n', namespace, '-f', key], `${statement} `);
    expect(doubt({ ...claim, word: { ...claim.word, signature: other } })).toBe('its signature is false');
  }
});

describe('a word signed with a security key, touched for it (PROTOCOL.u2f; spec A3, T7)', () => {
  /** What both judges say of a word: the program alone, and ssh-keygen. */
  async function judged(key: ReturnType<typeof softSecurityKey>, signature: string) {
    const file = join(folder(), 'signers');
    const line = `ana namespaces="${namespace}" ${key.publicKey}\n`;
    writeFileSync(file, line, { mode: 0o644 });
    const text = { text: statement, signature, principal: 'ana', namespace, at: new Date(dayOne) };
    const said = await createSignatureVerifier({ allowedSigners: file }).verify(text);
    const fingerprint = execFileSync('ssh-keygen', ['-l', '-f', '-'], { input: key.publicKey, encoding: 'utf8' }).split(' ')[1] ?? '';
    const claim = { word: { by: 'ana', key: fingerprint, statement, signature }, order: says, at: dayOne };
    return { alone: doubtBy(readSigners(line, 'here'), 'janus-in-test')(claim) === undefined, sshKeygen: said.ok };
  }
  const kinds = ['ed25519', 'ecdsa'] as const;

  it.each(kinds)('of type %s is good by both judges, whatever its counter says', async (kind) => {
    for (const [flags, counter] of [
      [touched, 0],
      [touched | verified, 7],
      [touched, 0xffff_ffff],
    ] as const) {
      const key = softSecurityKey({ kind, flags, counter });
      expect(await judged(key, key.sign(statement, namespace))).toEqual({ alone: true, sshKeygen: true });
    }
  });

  it.each(kinds)('of type %s is false by both where nobody touched it, and of another text, purpose or key', async (kind) => {
    const [key, other, untouched] = [softSecurityKey({ kind }), softSecurityKey({ kind }), softSecurityKey({ kind, flags: verified })];
    const isNone = { alone: false, sshKeygen: false };
    expect(await judged(untouched, untouched.sign(statement, namespace))).toEqual(isNone);
    expect(await judged(key, key.sign(`${statement} `, namespace))).toEqual(isNone);
    expect(await judged(key, key.sign(statement, 'file'))).toEqual(isNone);
    expect(await judged(key, other.sign(statement, namespace))).toEqual(isNone);
  });
});
