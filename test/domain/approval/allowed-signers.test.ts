import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { isPublicKey, parseAllowedSigners, parseRevokedKeys, parseSignerTime } from '../../../src/domain/approval/allowed-signers.js';
import { softKey, softSecurityKey } from '../../support/proposals/signatures.js';
import { anyText } from '../../support/texts.js';

const [ana, bob] = [softKey().publicKey, softSecurityKey().publicKey];
const scope = 'namespaces="janus-approval@v1"';

describe('reading allowed_signers (spec A3)', () => {
  it('knows comments, quotes, options, security keys and comments behind keys', () => {
    const text = [
      '# approvers',
      '',
      `ana ${scope} ${ana} ana@laptop`,
      `  "bob the second"  namespaces="janus-approval@v1,janus-proposal@v1",valid-after="20260101Z",valid-before="20270101120000Z" ${bob}`,
      `*@example.org cert-authority,${scope} ${softKey().publicKey}`,
    ].join('\n');
    const { entries, problems } = parseAllowedSigners(text);
    expect(problems).toEqual([]);
    expect(entries).toMatchObject([
      {
        line: 3,
        principals: ['ana'],
        namespaces: ['janus-approval@v1'],
        certAuthority: false,
        keyType: 'ssh-ed25519',
        key: ana.split(' ')[1],
      },
      {
        line: 4,
        principals: ['bob the second'],
        namespaces: ['janus-approval@v1', 'janus-proposal@v1'],
        validAfter: Date.UTC(2026, 0, 1),
        validBefore: Date.UTC(2027, 0, 1, 12),
        keyType: 'sk-ssh-ed25519@openssh.com',
      },
      { line: 5, principals: ['*@example.org'], certAuthority: true },
    ]);
  });

  it.each([
    ['no key', 'ana', 'a line without a key'],
    ['an open quote', `"ana ${scope} ${ana}`, 'a line without a key'],
    ['half a key', `ana ${scope} ${ana.slice(0, -9)}`, 'a key that cannot be read'],
    ['a key of another type', `ana ${scope} ${ana.replace('ssh-ed25519', 'ssh-rsa')}`, 'a key that cannot be read'],
    ['a private key', `ana ${scope} -----BEGIN OPENSSH PRIVATE KEY-----`, 'a key that cannot be read'],
    ['an unknown option', `ana no-touch-required,${scope} ${ana}`, 'the option no-touch-required'],
    ['a day that is none', `ana ${scope},valid-before="20260230" ${ana}`, 'the option valid-before="20260230"'],
    ['no namespaces', `ana ${ana}`, 'no namespaces'],
    ['every namespace', `ana namespaces="*" ${ana}`, 'namespaces="*"'],
    ['all but one', `ana namespaces="!git,janus-approval@v1" ${ana}`, 'namespaces="!git,janus-approval@v1"'],
    ['everybody', `* ${scope} ${ana}`, 'the principal "*"'],
    ['two persons with one key', `ana,bob ${scope} ${ana}`, '2 principals'],
  ])('%s is a problem of its line', (_, line, found) => {
    expect(parseAllowedSigners(`# first\n${line}\n`).problems).toEqual([{ line: 2, found, allowed: expect.any(String) }]);
  });

  it('finds a key that stands there twice, for whomever', () => {
    const { problems } = parseAllowedSigners(`ana ${scope} ${ana}\nbob ${scope} ${ana}\n`);
    expect(problems).toEqual([{ line: 2, found: 'the key of line 1 again', allowed: expect.stringContaining('one line') }]);
  });

  it('never throws, and takes nothing without a name, a purpose and a key', () => {
    const line = fc.array(
      fc.constantFrom('ana', '*', '"', ',', ' ', scope, ana, 'valid-before="20260101"', '#', 'cert-authority', '\n', '\t'),
      { maxLength: 12 },
    );
    fc.assert(
      fc.property(
        fc.oneof(
          anyText,
          line.map((parts) => parts.join('')),
        ),
        (text) => {
          const { entries, problems } = parseAllowedSigners(text);
          for (const entry of entries) {
            if (problems.some((problem) => problem.line === entry.line)) continue;
            expect(entry.principals[0]).not.toBe('');
            expect(entry.namespaces.length).toBeGreaterThan(0);
            expect(isPublicKey(entry.keyType, entry.key)).toBe(true);
          }
        },
      ),
      { numRuns: 500 },
    );
  });
});

it('times are UTC with a Z and local without', () => {
  expect(parseSignerTime('20260131Z')).toBe(Date.UTC(2026, 0, 31));
  expect(parseSignerTime('202601311230')).toBe(new Date(2026, 0, 31, 12, 30).getTime());
  for (const bad of ['', '2026', '20261301', '2026013', '20260131T12', '202601312460', '20260131+01'])
    expect(parseSignerTime(bad)).toBeUndefined();
});

it('revoked keys are public keys, one in a line', () => {
  expect(parseRevokedKeys(`# lost\n${ana} ana@laptop\n\n${bob}\n`)).toEqual({ keys: [ana.split(' ')[1], bob.split(' ')[1]], problems: [] });
  // With a byte order mark ssh-keygen reads no key there.
  expect(parseRevokedKeys(`\ufeff${ana}\n`)).toMatchObject({ keys: [], problems: [{ line: 1 }] });
  expect(parseRevokedKeys(`${ana}\nSHA256:abc\n`).problems).toMatchObject([{ line: 2 }]);
});
