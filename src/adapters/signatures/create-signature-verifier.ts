import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { SignerEntry } from '../../domain/approval/allowed-signers.js';
import { parseAllowedSigners, parseRevokedKeys } from '../../domain/approval/allowed-signers.js';
import { errnoWords } from '../../domain/text/errno-words.js';
import { keyFingerprint } from '../files/sha256.js';
import { explainRevoked, explainUnlisted, krlMagic, refused } from './explain.js';
import type { SignatureProblem, SignatureVerdict, SignatureVerifier, SignedText } from './signature-verifier.js';
import type { Answer } from './ssh-keygen.js';
import { askSshKeygen } from './ssh-keygen.js';
import type { SshSignature } from './sshsig.js';
import { readSignature, userPresent } from './sshsig.js';
import { isSurelyGood } from './surely-good.js';

export interface SignatureVerifierSettings {
  /** ssh-keygen(1), ALLOWED SIGNERS; read anew for every signature. */
  readonly allowedSigners: string;
  /** Public keys, or a list made by `ssh-keygen -k`; may be absent. */
  readonly revoked?: string | undefined;
  /** Default: the one in PATH. */
  readonly sshKeygen?: string;
  readonly timeoutMilliseconds?: number;
}

const signatureLengthMax = 16_384;
const textLengthMax = 65_536;
const fileBytesMax = 1_048_576;

/** What no signature can be good with, before anything is started. */
function badRequest({ text, signature, principal, namespace }: SignedText): SignatureProblem | SshSignature {
  if (text.length > textLengthMax) return refused('SIGNATURE_INVALID', 'the text is too long');
  if (signature.length > signatureLengthMax) return refused('SIGNATURE_INVALID', 'the signature is too long');
  const read = readSignature(signature);
  if (read === undefined) return refused('SIGNATURE_INVALID', 'it is no armoured SSH signature');
  if (read.namespace !== namespace)
    return refused('SIGNATURE_INVALID', `made for the purpose ${JSON.stringify(read.namespace.slice(0, 60))}, not for ${namespace}`);
  // ssh-keygen takes a signature that nobody touched the key for; a person's consent it is not.
  if (read.flags !== undefined && (read.flags & userPresent) === 0)
    return refused('SIGNATURE_INVALID', 'the security key was not touched for it');
  // A name, not a pattern, an option or a list.
  if (!/^[\p{L}\p{N}][\p{L}\p{N} ._@+:-]{0,199}$/u.test(principal)) return refused('SIGNER_UNKNOWN', 'this is no name of a person');
  return read;
}

/** A file that somebody else may write vouches for nobody. Undefined where it is not there. */
async function readTrusted(file: string): Promise<string | undefined | SignatureProblem> {
  try {
    const { mode, uid, size } = await stat(file);
    if ((mode & 0o022) !== 0) return refused('SIGNATURES_UNAVAILABLE', `${file} may be written by others: chmod go-w ${file}`);
    if (uid !== 0 && uid !== process.getuid?.()) return refused('SIGNATURES_UNAVAILABLE', `${file} belongs to another user`);
    if (size > fileBytesMax) return refused('SIGNATURES_UNAVAILABLE', `${file} is too large`);
    return await readFile(file, 'utf8');
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    return code === 'ENOENT' ? undefined : refused('SIGNATURES_UNAVAILABLE', `${file} cannot be read: ${errnoWords(error)}`);
  }
}

/** The lines that count, or why nobody's signature does. */
async function readEntries(file: string): Promise<readonly SignerEntry[] | SignatureProblem> {
  const text = await readTrusted(file);
  if (text === undefined) return refused('SIGNATURES_UNAVAILABLE', `${file} does not exist`);
  if (typeof text === 'object') return text;
  const { entries, problems } = parseAllowedSigners(text);
  const [first] = problems;
  return first === undefined ? entries : refused('SIGNATURES_UNAVAILABLE', `${file}:${first.line}: ${first.found}; ${first.allowed}`);
}

/** 20260131120000Z */
const verifyTime = (at: Date) => `${at.toISOString().replaceAll(/[-:T]/g, '').slice(0, 14)}Z`;

/** Clocks, zones and summer times: nearer to an end of a key's time than this, ssh-keygen says whether it is over. */
const nearMilliseconds = 86_400_000;

/** Whether a line lets this very key sign for this person and purpose, well within its time. */
const listedFor = ({ principal, namespace, at }: SignedText, { key, keyType }: SshSignature) => {
  const blob = key.toString('base64');
  return (entry: SignerEntry): boolean =>
    !entry.certAuthority &&
    entry.keyType === keyType &&
    entry.key === blob &&
    entry.principals.includes(principal) &&
    entry.namespaces.includes(namespace) &&
    (entry.validAfter ?? -Infinity) + nearMilliseconds < at.getTime() &&
    at.getTime() < (entry.validBefore ?? Infinity) - nearMilliseconds;
};

/** Whether a list of bare keys surely does not name this one; of RSA the same key can be written in several ways. */
function surelyNotRevoked(list: string, { key, keyType }: SshSignature): boolean {
  if (list.startsWith(krlMagic)) return false;
  const { keys, problems } = parseRevokedKeys(list);
  return problems.length === 0 && !keys.includes(key.toString('base64')) && (keyType !== 'ssh-rsa' || keys.length === 0);
}

const goodKey = ({ exitCode, stdout }: Answer) =>
  exitCode === 0 ? /^Good ".*" signature .*\b(SHA256:[A-Za-z0-9+/]{43})\n?$/.exec(stdout)?.[1] : undefined;

/**
 * Takes what is good beyond doubt in this process, in a millisecond: a key that its line names, a plain list of revoked ones, a signature of a kind
 * that node:crypto knows. Everything else `ssh-keygen -Y verify` judges, which knows certificates and revocation lists too; what is looked up
 * beside it names the reason (spec A3). Without ssh-keygen none of that is verified.
 */
export function createSignatureVerifier(settings: SignatureVerifierSettings): SignatureVerifier {
  const { allowedSigners, revoked, sshKeygen = 'ssh-keygen', timeoutMilliseconds } = settings;
  const ask = (args: readonly string[], text: string) =>
    askSshKeygen({ program: sshKeygen, ...(timeoutMilliseconds !== undefined && { timeoutMilliseconds }) }, args, text);

  async function verifyRead(
    signed: SignedText,
    read: SshSignature,
    { entries, isRevoking }: { readonly entries: readonly SignerEntry[]; readonly isRevoking: boolean },
    file: string,
  ): Promise<SignatureVerdict> {
    const { text, principal, namespace, at } = signed;
    const who = ['-f', allowedSigners, '-I', principal, '-n', namespace, '-s', file, '-O', `verify-time=${verifyTime(at)}`];
    const list = isRevoking ? revoked : undefined;
    const answer = await ask(['-Y', 'verify', ...who, ...(list === undefined ? [] : ['-r', list])], text);
    if (answer.problem !== undefined) return refused('SIGNATURES_UNAVAILABLE', answer.problem);
    const key = goodKey(answer);
    if (key !== undefined) return { ok: true, key };
    const novalidate = await ask(['-Y', 'check-novalidate', '-n', namespace, '-s', file], text);
    if (novalidate.problem !== undefined) return refused('SIGNATURES_UNAVAILABLE', novalidate.problem);
    if (goodKey(novalidate) === undefined) return refused('SIGNATURE_INVALID', 'it is not a signature of this text');
    const unlisted = list === undefined ? undefined : await ask(['-Y', 'verify', ...who], text);
    return list !== undefined && unlisted !== undefined && goodKey(unlisted) !== undefined
      ? explainRevoked(list, read)
      : explainUnlisted(entries, read, signed);
  }

  return {
    async verify(signed) {
      const read = badRequest(signed);
      if ('code' in read) return read;
      const entries = await readEntries(allowedSigners);
      if ('code' in entries) return entries;
      const revocations = revoked === undefined ? undefined : await readTrusted(revoked);
      if (typeof revocations === 'object') return revocations;
      const isClear = revocations === undefined || surelyNotRevoked(revocations, read);
      if (isClear && entries.some(listedFor(signed, read)) && isSurelyGood(signed)) return { ok: true, key: keyFingerprint(read.key) };
      let folder: string | undefined;
      try {
        folder = await mkdtemp(join(tmpdir(), 'janus-signature-'));
        const file = join(folder, 'signature');
        await writeFile(file, signed.signature, { mode: 0o600 });
        return await verifyRead(signed, read, { entries, isRevoking: revocations !== undefined }, file);
      } catch (error) {
        return refused(
          'SIGNATURES_UNAVAILABLE',
          `the signature cannot be looked at: ${error instanceof Error ? error.message : String(error)}`,
        );
      } finally {
        if (folder !== undefined) await rm(folder, { recursive: true, force: true });
      }
    },
  };
}
