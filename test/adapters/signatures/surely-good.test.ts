import { execFileSync, spawnSync } from 'node:child_process';
import { createHash, createPrivateKey, sign } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { createSignatureVerifier } from '../../../src/adapters/signatures/create-signature-verifier.js';
import { createSigner } from '../../../src/adapters/signatures/create-signer.js';
import { isSurelyGood } from '../../../src/adapters/signatures/surely-good.js';
import { SshReader, sshString } from '../../../src/adapters/signatures/ssh-wire.js';
import { aFolder } from '../../support/folders.js';
import { armour, blobOf, broken, brokenBytes, changedField, fieldsOf, putTogether } from '../../support/proposals/changed-signatures.js';
import { softKey, softSecurityKey } from '../../support/proposals/signatures.js';

/* Whatever node:crypto takes here, ssh-keygen takes: it is the judge, over thousands of changed signatures (spec A3). */

const folder = aFolder();
const namespace = 'janus-approval@v1';
const text = '{"decision":"approve"}';
const at = new Date('2026-06-01T12:00:00Z');
const seed = Number(process.env['JANUS_TEST_SEED'] ?? Date.now() % 1_000_000);

interface Made {
  readonly publicKey: string;
  readonly signature: string;
}

/** With a key file, by ssh-keygen itself. */
async function byFile(...kind: readonly string[]): Promise<Made> {
  const keyFile = join(folder, kind.join('-'));
  execFileSync('ssh-keygen', ['-q', ...kind, '-N', '', '-C', '', '-f', keyFile]);
  const signature = await createSigner({ keyFile, env: {}, interactive: false }).sign(text, namespace);
  return { publicKey: readFileSync(`${keyFile}.pub`, 'utf8').trim(), signature };
}
const soft = (key: ReturnType<typeof softKey>): Made => ({ publicKey: key.publicKey, signature: key.sign(text, namespace) });

const kinds: Readonly<Record<string, () => Promise<Made>>> = {
  ed25519: () => byFile('-t', 'ed25519'),
  'ecdsa 256': () => byFile('-t', 'ecdsa', '-b', '256'),
  'ecdsa 384': () => byFile('-t', 'ecdsa', '-b', '384'),
  'ecdsa 521': () => byFile('-t', 'ecdsa', '-b', '521'),
  rsa: () => byFile('-t', 'rsa', '-b', '2048'),
  'sk ed25519': () => Promise.resolve(soft(softSecurityKey())),
  'sk ecdsa': () => Promise.resolve(soft(softSecurityKey({ kind: 'ecdsa' }))),
};
const made = new Map<string, Promise<Made>>();
const madeBy = (kind: string): Promise<Made> => {
  const found = made.get(kind) ?? kinds[kind]?.();
  if (found === undefined) throw new RangeError(kind);
  made.set(kind, found);
  return found;
};

/** What the judge says of it. */
function isGoodForSshKeygen({ publicKey }: Made, signature: string, signed = text): boolean {
  const [list, file] = [join(folder, 'judge.list'), join(folder, 'judge.signature')];
  writeFileSync(list, `ana namespaces="${namespace}" ${publicKey}\n`);
  writeFileSync(file, signature);
  const args = ['-Y', 'verify', '-f', list, '-I', 'ana', '-n', namespace, '-s', file];
  const { status, error } = spawnSync('ssh-keygen', args, { input: signed, env: { ...process.env, LC_ALL: 'C' } });
  if (error !== undefined) throw error;
  return status === 0;
}

/** None of those that we take may be one that the judge does not; how many of them we took. */
function takenOf(found: Made, signatures: readonly string[], signed = text): number {
  const taken = new Set(signatures.filter((signature) => isSurelyGood({ text: signed, signature, namespace })));
  for (const signature of taken)
    expect({ signature, judge: isGoodForSshKeygen(found, signature, signed) }).toEqual({ signature, judge: true });
  return taken.size;
}

describe.each(Object.keys(kinds))('a signature by %s (spec A3)', (kind) => {
  it('is taken as it is, without ssh-keygen, by the whole verifier too', async () => {
    const found = await madeBy(kind);
    expect(takenOf(found, [found.signature])).toBe(1);
    const allowedSigners = join(folder, `allowed.${kind.replace(' ', '-')}`);
    writeFileSync(allowedSigners, `ana namespaces="${namespace}" ${found.publicKey}\n`, { mode: 0o644 });
    const verifier = createSignatureVerifier({ allowedSigners, sshKeygen: '/nowhere' });
    const signed = { text, signature: found.signature, principal: 'ana', namespace, at };
    expect(await verifier.verify(signed)).toEqual({ ok: true, key: expect.stringMatching(/^SHA256:/) });
    expect(await verifier.verify({ ...signed, text: `${text} ` })).toMatchObject({ code: 'SIGNATURES_UNAVAILABLE' });
  });

  it('is taken with no byte changed but what the judge takes too, in 1,500 changes', async () => {
    const found = await madeBy(kind);
    const blob = blobOf(found.signature);
    const changes = fc.sample(fc.array(brokenBytes, { minLength: 1, maxLength: 3 }), { numRuns: 1_500, seed });
    takenOf(
      found,
      changes.map((each) => armour(each.reduce(broken, blob))).filter((each) => each !== found.signature),
    );
  });

  it('is taken with no field changed but what the judge takes too, in 1,500 changes', async () => {
    const found = await madeBy(kind);
    const fields = fieldsOf(found.signature);
    expect(putTogether(fields)).toBe(found.signature);
    const changes = fc.sample(changedField, { numRuns: 1_500, seed });
    takenOf(
      found,
      changes.map(([name, change, version, after]) => {
        const value = typeof change === 'string' ? Buffer.from(change) : broken(fields[name], change);
        return putTogether({ ...fields, [name]: value }, version, Buffer.alloc(after));
      }),
    );
  });

  it('is taken in no other armour but what the judge takes too', async () => {
    const found = await madeBy(kind);
    const { signature } = found;
    const body = signature.split('\n').slice(1, -2).join('\n');
    const variants = [
      ...[
        signature.replaceAll('\n', '\r\n'),
        signature.trimEnd(),
        `${signature}\n\n`,
        ` ${signature}`,
        `${signature}x`,
        signature + signature,
      ],
      ...[signature.replace(body, `${body}=`), signature.replace(body, `${body}\n\n`), signature.replace(body, body.replaceAll('=', ''))],
      ...[armour(blobOf(signature), 64), armour(blobOf(signature), 10_000), signature.replace('SSH SIGNATURE', 'SSH  SIGNATURE')],
      ...[signature.replace('+', '-').replace('/', '_'), signature.replaceAll('-----\n', '----- \n')],
    ];
    takenOf(found, variants);
    expect(isSurelyGood({ text, signature, namespace: 'git' })).toBe(false);
    expect(isSurelyGood({ text: `${text}\n`, signature, namespace })).toBe(false);
  });
});

/** The order of Ed25519's group, little end first: S + L is a second number for the same signature. */
const order = BigInt('0x1000000000000000000000000000000014def9dea2f79cd65812631a5cf5d3ed');
const little = (bytes: Buffer) => BigInt(`0x${Buffer.from(bytes).reverse().toString('hex')}`);

describe('what has more than one form (spec A3)', () => {
  it('an Ed25519 signature with its number beyond the order is not taken', async () => {
    const found = await madeBy('ed25519');
    const fields = fieldsOf(found.signature);
    const beyond = little(fields.value.subarray(32)) + order;
    const number = Buffer.from(beyond.toString(16).padStart(64, '0'), 'hex').reverse();
    expect(takenOf(found, [putTogether({ ...fields, value: Buffer.concat([fields.value.subarray(0, 32), number]) })])).toBe(0);
  });

  it.each(['ecdsa 256', 'ecdsa 384', 'ecdsa 521'])(
    '%s: numbers that are zero, negative, or have zeros before them are taken only as the judge does',
    async (kind) => {
      const found = await madeBy(kind);
      const fields = fieldsOf(found.signature);
      const reader = new SshReader(fields.value);
      const numbers = [reader.string(), reader.string()];
      const forms = (number: Buffer) => [
        number,
        Buffer.concat([Buffer.alloc(1), number]),
        Buffer.alloc(0),
        Buffer.alloc(1),
        Buffer.from([0x80]),
        number.subarray(1),
      ];
      const all = forms(numbers[0] as Buffer).flatMap((r) =>
        forms(numbers[1] as Buffer).map((s) => Buffer.concat([sshString(r), sshString(s)])),
      );
      expect(
        takenOf(
          found,
          all.map((value) => putTogether({ ...fields, value })),
        ),
      ).toBe(1);
    },
  );

  it('RSA with SHA-1, or with a number that is shorter or longer, is not taken', async () => {
    const found = await madeBy('rsa');
    const fields = fieldsOf(found.signature);
    const message = Buffer.concat([
      Buffer.from('SSHSIG'),
      ...[fields.purpose, fields.reserved, fields.hash, createHash('sha512').update(text).digest()].map(sshString),
    ]);
    const pem = execFileSync('sh', [
      '-c',
      `cp "$1" "$1.pem" && ssh-keygen -q -p -N '' -m PEM -f "$1.pem" && cat "$1.pem"`,
      'sh',
      join(folder, '-t-rsa--b-2048'),
    ]);
    const key = createPrivateKey(pem);
    const by = (hash: string, algorithm: string) =>
      putTogether({ ...fields, algorithm: Buffer.from(algorithm), value: sign(hash, message, key) });
    const longer = putTogether({ ...fields, value: Buffer.concat([Buffer.alloc(1), fields.value]) });
    expect(takenOf(found, [by('sha1', 'ssh-rsa'), by('sha1', 'rsa-sha2-256'), by('sha512', 'ssh-rsa'), longer])).toBe(0);
    expect(takenOf(found, [by('sha256', 'rsa-sha2-256'), by('sha512', 'rsa-sha2-512')])).toBe(2);
  });
});

describe('the whole verifier without ssh-keygen (spec A3)', () => {
  const key = softKey();
  const other = softKey();
  const line = `ana namespaces="${namespace}" ${key.publicKey}`;
  const signed = { text, signature: key.sign(text, namespace), principal: 'ana', namespace, at };
  const verdict = (list: string, revoked?: string | Buffer) => {
    const [allowedSigners, revokedFile] = [join(folder, 'whole.list'), join(folder, 'whole.revoked')];
    writeFileSync(allowedSigners, `${list}\n`, { mode: 0o644 });
    if (revoked !== undefined) writeFileSync(revokedFile, revoked, { mode: 0o644 });
    return createSignatureVerifier({
      allowedSigners,
      ...(revoked !== undefined && { revoked: revokedFile }),
      sshKeygen: '/nowhere',
    }).verify(signed);
  };
  const krl = () => {
    const [file, list] = [join(folder, 'other.pub'), join(folder, 'other.krl')];
    writeFileSync(file, `${other.publicKey}\n`);
    execFileSync('ssh-keygen', ['-q', '-k', '-f', list, file]);
    return readFileSync(list);
  };

  it('takes what its line and a plain list of revoked keys leave no doubt of', async () => {
    expect(await verdict(line)).toMatchObject({ ok: true });
    expect(await verdict(line, `# lost\n${other.publicKey}\n`)).toMatchObject({ ok: true });
    expect(await verdict(line.replace('namespaces', 'valid-after="20260101Z",namespaces'))).toMatchObject({ ok: true });
  });

  it.each([
    ['a revoked key', () => verdict(line, `${key.publicKey}\n`)],
    ['a list of ssh-keygen -k', () => verdict(line, krl())],
    ['a list of revoked keys that cannot be read', () => verdict(line, 'SHA256:abc\n')],
    ['the line of another person', () => verdict(line.replace('ana', 'bob'))],
    ['another purpose', () => verdict(line.replace(namespace, 'git'))],
    ['an authority', () => verdict(line.replace('namespaces', 'cert-authority,namespaces'))],
    ['a key whose time is nearly over', () => verdict(line.replace('namespaces', 'valid-before="20260601235959Z",namespaces'))],
    ['a key whose time has just begun', () => verdict(line.replace('namespaces', 'valid-after="20260601Z",namespaces'))],
  ])('leaves %s to ssh-keygen', async (_, judged) => {
    expect(await judged()).toMatchObject({ ok: false, code: 'SIGNATURES_UNAVAILABLE' });
  });
});
