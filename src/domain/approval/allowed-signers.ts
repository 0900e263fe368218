import { signatureNamespaces } from './statement.js';

/** One line of an allowed_signers file (ssh-keygen(1), ALLOWED SIGNERS). */
export interface SignerEntry {
  readonly line: number;
  readonly principals: readonly string[];
  readonly namespaces: readonly string[];
  /** Milliseconds since the epoch. */
  readonly validAfter?: number;
  readonly validBefore?: number;
  /** The key signs certificates, and they name the persons. */
  readonly certAuthority: boolean;
  readonly keyType: string;
  /** The public key, base64. */
  readonly key: string;
}

/** What is wrong with a line, worded for whoever wrote it. */
export interface SignerProblem {
  readonly line: number;
  readonly found: string;
  readonly allowed: string;
}

const known = Object.values<string>(signatureNamespaces);
const format = `<principal> namespaces="${known.join(',')}" <key type> <key>`;
const hasPattern = (text: string) => /[*?!]/.test(text);

/** The first word, quoted or not, and what follows it; undefined where a quote is not closed or nothing is left. */
function word(text: string): { readonly word: string; readonly rest: string } | undefined {
  const match = /^(?:"([^"]*)"|([^ \t"]+))[ \t]+(.*)$/.exec(text);
  return match === null ? undefined : { word: match[1] ?? match[2] ?? '', rest: match[3] ?? '' };
}

/** Options reach to the first blank outside of quotes. */
function splitOptions(text: string): { readonly options: readonly string[]; readonly rest: string } | undefined {
  const match = /^((?:[^ \t"\\]|"[^"\\]*")+)[ \t]+(.*)$/.exec(text);
  if (match === null) return undefined;
  return { options: (match[1] ?? '').match(/(?:[^,"]|"[^"]*")+|(?<=^|,)(?=,|$)/g) ?? [], rest: match[2] ?? '' };
}

/** YYYYMMDD, YYYYMMDDHHMM or YYYYMMDDHHMMSS, in UTC with a Z after it and else in local time, as ssh-keygen reads it, for which the epoch is no time. */
export function parseSignerTime(text: string): number | undefined {
  const match = /^(\d{4})(\d\d)(\d\d)(?:(\d\d)(\d\d)(\d\d)?)?(Z?)$/.exec(text);
  if (match === null) return undefined;
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = match.slice(1, 7).map((part) => Number(part ?? 0));
  const at =
    match[7] === 'Z'
      ? new Date(Date.UTC(year, month - 1, day, hour, minute, second))
      : new Date(year, month - 1, day, hour, minute, second);
  const [month1, day1] = match[7] === 'Z' ? [at.getUTCMonth(), at.getUTCDate()] : [at.getMonth(), at.getDate()];
  return month1 === month - 1 && day1 === day && hour < 24 && minute < 60 && second < 60 && at.getTime() > 0 ? at.getTime() : undefined;
}

/** The fields of an SSH public key, a row of length-prefixed strings; undefined where it is none in canonical base64. */
function keyFields(key: string): readonly string[] | undefined {
  if (key.length > 8_000 || !/^[A-Za-z0-9+/]+={0,2}$/.test(key) || key.length % 4 !== 0) return undefined;
  const bytes = atob(key);
  if (btoa(bytes) !== key) return undefined;
  const fields: string[] = [];
  for (let at = 0; at < bytes.length;) {
    const length = [0, 1, 2, 3].reduce((sum, index) => sum * 256 + (bytes.charCodeAt(at + index) || 0), 0);
    if (at + 4 + length > bytes.length) return undefined;
    fields.push(bytes.slice(at + 4, at + 4 + length));
    at += 4 + length;
  }
  return fields;
}

/** Of each type of key that signs: the lengths of its fields, after the type; undefined where they differ from key to key. */
const signingKeys: Readonly<Record<string, readonly (number | undefined)[]>> = {
  'ssh-ed25519': [32],
  'sk-ssh-ed25519@openssh.com': [32, undefined],
  'ssh-rsa': [undefined, undefined],
  'ecdsa-sha2-nistp256': [8, 65],
  'ecdsa-sha2-nistp384': [8, 97],
  'ecdsa-sha2-nistp521': [8, 133],
  'sk-ecdsa-sha2-nistp256@openssh.com': [8, 65, undefined],
};

/** An SSH public key starts with its type. */
export function isPublicKey(type: string, key: string): boolean {
  const fields = keyFields(key) ?? [];
  return fields.length > 1 && fields[0] === type;
}

/** A public key that ssh-keygen takes for signatures: no certificate, no DSA. */
function isSigningKey(type: string, key: string): boolean {
  const [first, ...fields] = keyFields(key) ?? [];
  const lengths = Object.hasOwn(signingKeys, type) ? signingKeys[type] : undefined;
  return first === type && fields.length === lengths?.length && fields.every(({ length }, index) => length === (lengths[index] ?? length));
}

/**
 * What ssh-keygen would take for a part of a name or of a key where an eye sees a blank or nothing: a byte order mark, a no-break space, a control
 * character, bytes that are no UTF-8. Undefined where there is none.
 */
function strangeCharacter(text: string): string | undefined {
  const [found] = /[^\P{C}\t]|[^\P{Z} ]|\uFFFD/u.exec(text) ?? [];
  return found === undefined
    ? undefined
    : `the character U+${(found.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}, which cannot be seen`;
}

const plainText = 'UTF-8 without a byte order mark; between words blanks and tabs only';

/** The lines that say something, without what ssh-keygen drops at their ends, and their numbers. */
function sayingLines(text: string): readonly { readonly text: string; readonly line: number }[] {
  return text
    .split('\n')
    .map((each, index) => ({ text: each.replace(/\r$/, '').replaceAll(/^[ \t]+|[ \t]+$/g, ''), line: index + 1 }))
    .filter((each) => each.text !== '' && !each.text.startsWith('#'));
}

interface SignerOptions {
  namespaces: string[];
  validAfter?: number;
  validBefore?: number;
  certAuthority: boolean;
}

function readOptions(options: readonly string[]): SignerOptions | string {
  const read: SignerOptions = { namespaces: [], certAuthority: false };
  for (const option of options) {
    const [, name = '', quoted] = /^([a-z-]+)(?:="([^"]*)")?$/i.exec(option) ?? [];
    const value = quoted ?? '';
    const key = name.toLowerCase();
    const at = parseSignerTime(value);
    if (key === 'cert-authority' && quoted === undefined) read.certAuthority = true;
    else if (key === 'namespaces' && read.namespaces.length === 0 && value !== '') read.namespaces = value.split(',');
    else if (key === 'valid-after' && read.validAfter === undefined && at !== undefined) read.validAfter = at;
    else if (key === 'valid-before' && read.validBefore === undefined && at !== undefined) read.validBefore = at;
    else return option;
    if ((read.validBefore ?? Infinity) <= (read.validAfter ?? 0)) return option;
  }
  return read;
}

function parseLine(text: string, line: number): SignerEntry | SignerProblem {
  const bad = (found: string, allowed = format): SignerProblem => ({ line, found, allowed });
  const strange = strangeCharacter(text);
  if (strange !== undefined) return bad(strange, plainText);
  const first = word(text);
  if (first === undefined) return bad('a line without a key');
  const isKeyType = (rest: string) => /^(?:sk-)?(?:ssh|ecdsa)-[^ \t]+[ \t]/.test(rest);
  const split = isKeyType(first.rest) ? { options: [], rest: first.rest } : splitOptions(first.rest);
  const options = readOptions(split?.options ?? []);
  if (split === undefined || typeof options === 'string') {
    const option = typeof options === 'string' ? options : first.rest;
    return bad(`the option ${option.slice(0, 60)}`, 'cert-authority, namespaces="...", valid-after="YYYYMMDDZ", valid-before="YYYYMMDDZ"');
  }
  const [keyType = '', key = ''] = split.rest.split(/[ \t]+/);
  if (!isKeyType(split.rest) || !isSigningKey(keyType, key)) return bad('a key that cannot be read', `${format}: copy it from a .pub file`);
  return { line, principals: first.word.split(','), ...options, keyType, key };
}

/** What ssh-keygen would take, and approvals must not: a line that speaks for several persons, or for every purpose. */
function entryProblems({ line, principals, namespaces, certAuthority }: SignerEntry): SignerProblem[] {
  const strange = principals.find((each) => each === '' || (!certAuthority && hasPattern(each)));
  return [
    ...(strange === undefined
      ? []
      : [{ line, found: `the principal ${JSON.stringify(strange)}`, allowed: 'a key belongs to one person, who is named: no patterns' }]),
    ...(principals.length > 1 && !certAuthority
      ? [{ line, found: `${principals.length} principals`, allowed: 'a key belongs to one person: one name in a line' }]
      : []),
    ...(namespaces.length === 0 || namespaces.some(hasPattern)
      ? [
          {
            line,
            found: namespaces.length === 0 ? 'no namespaces' : `namespaces="${namespaces.join(',')}"`,
            allowed: `namespaces="${signatureNamespaces.decision}", or with ${signatureNamespaces.proposal} in the list: named, no patterns`,
          },
        ]
      : []),
  ];
}

function duplicates(entries: readonly SignerEntry[]): SignerProblem[] {
  return entries.flatMap(({ line, key }, index) => {
    const first = entries.findIndex((each) => each.key === key);
    return first === index
      ? []
      : [
          {
            line,
            found: `the key of line ${entries[first]?.line} again`,
            allowed: 'a key has one line: it would count for two persons',
          },
        ];
  });
}

/** Reads an allowed_signers file; every problem with its line. Entries are those lines that can be read, also where they have problems. */
export function parseAllowedSigners(text: string): {
  readonly entries: readonly SignerEntry[];
  readonly problems: readonly SignerProblem[];
} {
  const parsed = sayingLines(text).map(({ text: said, line }) => parseLine(said, line));
  const entries = parsed.filter((each): each is SignerEntry => 'principals' in each);
  const unreadable = parsed.filter((each): each is SignerProblem => 'found' in each);
  const problems = [...unreadable, ...entries.flatMap(entryProblems), ...duplicates(entries)];
  return { entries, problems: problems.sort((a, b) => a.line - b.line) };
}

/** The public keys of a list of revoked ones: bare, or in authorized_keys style; every other line is a problem. */
export function parseRevokedKeys(text: string): { readonly keys: readonly string[]; readonly problems: readonly SignerProblem[] } {
  const keys: string[] = [];
  const problems: SignerProblem[] = [];
  for (const { text: said, line } of sayingLines(text)) {
    const [type = '', key = ''] = said.split(/[ \t]+/);
    if (isPublicKey(type, key)) keys.push(key);
    else problems.push({ line, found: 'a line that is not a public key', allowed: '<key type> <key>, or a file made by ssh-keygen -k' });
  }
  return { keys, problems };
}
