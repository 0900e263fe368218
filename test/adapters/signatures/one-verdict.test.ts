import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { parseAllowedSigners } from '../../../src/domain/approval/allowed-signers.js';
import { aFolder } from '../../support/folders.js';
import { softKey } from '../../support/proposals/signatures.js';

/* Whatever our reader takes, ssh-keygen reads in the same way; what only one of them takes is a problem with a line. */

const folder = aFolder();
const [file, signature] = [join(folder, 'allowed_signers'), join(folder, 'signature')];
const [text, namespace, principal] = ['text', 'janus-approval@v1', 'ana'];
const at = Date.UTC(2026, 5, 1, 12);
const [ana, bob] = [softKey(), softKey()];
const key = ana.publicKey.split(' ')[1] ?? '';
const scope = `namespaces="${namespace}"`;
writeFileSync(signature, ana.sign(text, namespace));

/** Whether ssh-keygen takes ana's signature by this list. */
function verdictOfSshKeygen(list: string): boolean {
  writeFileSync(file, list);
  const args = ['-Y', 'verify', '-f', file, '-I', principal, '-n', namespace, '-s', signature, '-O', 'verify-time=20260601120000Z'];
  const { status, error } = spawnSync('ssh-keygen', args, { input: text, env: { ...process.env, LC_ALL: 'C' } });
  if (error !== undefined) throw error;
  return status === 0;
}

/** What our reader makes of it; undefined where it refuses the list, with file and line. */
function ourVerdict(list: string): boolean | undefined {
  const { entries, problems } = parseAllowedSigners(list);
  if (problems.length > 0) return undefined;
  return entries.some(
    (entry) =>
      !entry.certAuthority &&
      entry.key === key &&
      entry.principals.includes(principal) &&
      entry.namespaces.includes(namespace) &&
      (entry.validAfter ?? 0) <= at &&
      at <= (entry.validBefore ?? Infinity),
  );
}

const oneOf = (...texts: readonly string[]) => fc.constantFrom(...texts);
const blank = fc.oneof({ weight: 8, arbitrary: oneOf(' ') }, oneOf('\t', '  \t', '\u00a0', '\u3000', '\f', '\v', '\r', ''));
const edge = fc.oneof({ weight: 8, arbitrary: oneOf('') }, oneOf(' ', '\t', '\ufeff', '\u00a0', '\r', '\0', '\u200b', '#', '"'));
const name = fc.oneof(
  { weight: 6, arbitrary: oneOf('ana', '"ana"') },
  oneOf('bob', 'ana,bob', 'a*', '!ana', '"ana', 'ana"', '"ana ', 'Ana', 'ana,', '\u0430na'),
);
const option = fc.oneof(
  { weight: 4, arbitrary: oneOf(scope) },
  oneOf(
    'namespaces="git"',
    'namespaces="git,janus-approval@v1"',
    'namespaces="git, janus-approval@v1"',
    'namespaces=janus-approval@v1',
    'namespaces="*"',
    'NAMESPACES="janus-approval@v1"',
    'namespaces="janus-approval@v1\\""',
    'cert-authority',
    'valid-before="20270101"',
    'valid-before="20250101Z"',
    'valid-before="19700101Z"',
    'valid-before="19690101Z"',
    'valid-before="20270230"',
    'valid-before="20270101z"',
    'valid-after="20250101120000Z"',
    'valid-after="20280101Z"',
    'no-touch-required',
    '',
  ),
);
const options = fc.array(option, { maxLength: 3 }).map((all) => all.join(','));
const publicKey = fc.oneof(
  { weight: 8, arbitrary: oneOf(ana.publicKey) },
  oneOf(
    bob.publicKey,
    ana.publicKey.slice(0, -4),
    `${ana.publicKey}=`,
    ana.publicKey.replace('ssh-ed25519', 'ssh-foo'),
    `ssh-foo ${Buffer.from('\0\0\0\x07ssh-foo\0\0\0\x01x').toString('base64')}`,
    `ssh-ed25519 ${Buffer.from('\0\0\0\x0bssh-ed25519\0\0\0\x01x').toString('base64')}`,
    ana.publicKey.replace(' ', '\u00a0'),
  ),
);
const comment = fc.oneof({ weight: 4, arbitrary: oneOf('', ' ana@laptop') }, oneOf('\u00a0laptop', ' "', '\tx', '#', ' \u00fc'));
const line = fc.oneof(
  { weight: 6, arbitrary: fc.tuple(edge, name, blank, options, blank, publicKey, comment, edge).map((parts) => parts.join('')) },
  oneOf('', '# ana', '  # ana', '\ufeff# ana', '\u00a0', '\t', `ana ${scope} ${ana.publicKey}`),
);
const lists = fc
  .tuple(fc.array(line, { minLength: 1, maxLength: 3 }), oneOf('\n', '\n', '\r\n'))
  .map(([lines, end]) => lines.join(end) + end);

describe('our reader of allowed_signers and ssh-keygen (spec A3)', () => {
  it.each([
    ['a byte order mark', `\ufeffana ${scope} ${ana.publicKey}`],
    ['a no-break space before a name', `\u00a0ana ${scope} ${ana.publicKey}`],
    ['a no-break space behind a key', `ana ${scope} ${ana.publicKey}\u00a0laptop`],
    ['an option too few', `ana ${scope}, ${ana.publicKey}`],
    ['an option twice', `ana ${scope},valid-before="20270101Z",valid-before="20280101Z" ${ana.publicKey}`],
    ['an end before its beginning', `ana ${scope},valid-after="20260101Z",valid-before="20250101Z" ${ana.publicKey}`],
    ['an end that ssh-keygen takes for none', `ana ${scope},valid-before="19700101Z" ${ana.publicKey}`],
    ['a type that nobody knows', `ana ${scope} ssh-foo ${Buffer.from('\0\0\0\x07ssh-foo\0\0\0\x01x').toString('base64')}`],
    ['half a key', `ana ${scope} ssh-ed25519 ${Buffer.from('\0\0\0\x0bssh-ed25519\0\0\0\x01x').toString('base64')}`],
  ])('%s is a problem of its line', (_, bad) => {
    expect(parseAllowedSigners(`# first\n${bad}\n`).problems).toEqual([
      { line: 2, found: expect.any(String), allowed: expect.any(String) },
    ]);
  });

  it.each([
    ['CRLF', `ana ${scope} ${ana.publicKey}\r\n`],
    ['tabs', `\tana\t\t${scope}\t${ana.publicKey}\tlaptop\t\n`],
    ['quotes', `"ana" ${scope} ${ana.publicKey}`],
    ['comments', `# first\n\n  # second\nana ${scope} ${ana.publicKey} # third\n`],
    ['options in capitals', `ana NAMESPACES="${namespace}",Valid-Before="20270101Z" ${ana.publicKey}\n`],
  ])('both take %s', (_, list) => {
    expect([ourVerdict(list), verdictOfSshKeygen(list)]).toEqual([true, true]);
  });

  it('come to one verdict, or ours names the line', () => {
    const seed = Number(process.env['JANUS_TEST_SEED'] ?? Date.now() % 1_000_000);
    fc.assert(
      fc.property(lists, (list) => {
        const ours = ourVerdict(list);
        fc.pre(ours !== undefined);
        expect(verdictOfSshKeygen(list)).toBe(ours);
      }),
      { seed, numRuns: 50, maxSkipsPerRun: 100 },
    );
  });
});
