import { stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { execa } from 'execa';
import { JanusError } from '../../domain/errors.js';
import { shorten, visible } from '../../domain/text/visible.js';

/** An account of another machine, as OpenSSH reaches it. */
export interface Cockpit {
  readonly user: string;
  readonly host: string;
  readonly port: number;
  /** Private key, without a passphrase. */
  readonly keyFile: string;
  /** The host keys that it may have: any other host is refused. */
  readonly knownHosts: string;
}

export interface SendSettings extends Cockpit {
  /** Below the folder in which that account begins. */
  readonly folder: string;
  /** All of it takes no longer. */
  readonly milliseconds?: number;
  readonly signal?: AbortSignal;
}

/** One file, and its name there. */
export interface Sendable {
  readonly file: string;
  readonly name: string;
  /** It may change without growing, and is small. */
  readonly isAlwaysSent?: boolean;
}

export interface Sent {
  readonly files: number;
  readonly bytes: number;
}

const millisecondsDefault = 10 * 60_000;

/** Nothing of the account's own configuration, nobody who is asked, no other key, no other host than the one that is known; a host that falls silent is given up. */
const options = ({ keyFile, knownHosts }: Cockpit) =>
  [
    ...[`IdentityFile=${keyFile}`, 'IdentitiesOnly=yes', 'BatchMode=yes', 'PreferredAuthentications=publickey'],
    ...[`UserKnownHostsFile=${knownHosts}`, 'GlobalKnownHostsFile=/dev/null', 'StrictHostKeyChecking=yes', 'UpdateHostKeys=no'],
    ...['ConnectTimeout=20', 'ServerAliveInterval=15', 'ServerAliveCountMax=3', 'ForwardAgent=no', 'ForwardX11=no', 'LogLevel=ERROR'],
  ].flatMap((each) => ['-o', each]);

/** What OpenSSH says, by what people can do about it. */
const causes: readonly (readonly [RegExp, (settings: SendSettings) => readonly [string, string]])[] = [
  [/ENOENT/, () => ['sftp is not installed', 'sudo apt-get install openssh-client']],
  [
    /Host key verification failed|host key is known|REMOTE HOST IDENTIFICATION/i,
    ({ host, port, knownHosts }) => [
      `${host} shows a key that ${knownHosts} does not name: nothing is sent`,
      `compare the fingerprints on the cockpit itself: ssh-keyscan -p ${port} ${host} | ssh-keygen -lf -`,
    ],
  ],
  [
    /permissions.*too open|bad permissions/i,
    ({ keyFile }) => [`${keyFile} may be read by others: ssh does not take it`, `chmod 600 ${keyFile}`],
  ],
  [
    /Permission denied \(|Too many authentication failures|invalid format|error in libcrypto/,
    ({ user, host, keyFile }) => [`${user}@${host} does not take the key ${keyFile}`, 'put its public half into authorized_keys there'],
  ],
  [/no space left|quota|remote write.*Failure/i, ({ host }) => [`no room is left on ${host}`, 'make room there']],
];

function problemOf(settings: SendSettings, text: string): JanusError {
  const { user, host, port } = settings;
  for (const [pattern, words] of causes) {
    if (!pattern.test(text)) continue;
    const [message, next] = words(settings);
    return new JanusError('BACKUP_FAILED', message, { next });
  }
  // Behind what ssh says, sftp says that its connection was closed.
  const lines = text.split('\n').filter((line) => line.trim() !== '' && !line.startsWith('Connection closed'));
  const last = shorten(visible(lines.at(-1) ?? 'it closed the connection'), 200);
  return new JanusError('BACKUP_FAILED', `${user}@${host}: ${last}`, { next: `sftp -P ${port} ${user}@${host}` });
}

/** For a line of sftp. */
const quoted = (path: string) => `"${path.replaceAll(/[\\"]/g, (sign) => `\\${sign}`)}"`;

/** Runs one batch of sftp, and resolves with what it printed. Throws BACKUP_FAILED. */
async function sftp(settings: SendSettings, lines: readonly string[]): Promise<string> {
  const { user, host, port, milliseconds = millisecondsDefault, signal } = settings;
  const result = await execa('sftp', ['-F', '/dev/null', ...options(settings), '-P', String(port), '-b', '-', `${user}@${host}`], {
    input: `${lines.join('\n')}\n`,
    reject: false,
    timeout: milliseconds,
    forceKillAfterDelay: 2_000,
    maxBuffer: 16 * 1_048_576,
    env: { PATH: process.env['PATH'] ?? '/usr/bin:/bin', LANG: 'C.UTF-8' },
    extendEnv: false,
    ...(signal && { cancelSignal: signal }),
  });
  if (result.isCanceled) throw signal?.reason as Error;
  if (result.timedOut)
    throw new JanusError('BACKUP_FAILED', `${user}@${host} does not come to an end within ${Math.round(milliseconds / 1_000)} s`, {
      next: `sftp -P ${port} ${user}@${host}`,
    });
  if (result.failed) throw problemOf(settings, `${result.exitCode === undefined ? (result.shortMessage ?? '') : ''}\n${result.stderr}`);
  return result.stdout;
}

/** Sizes of what lies in the folders, by their names from the first one on: what `ls -ln` of sftp says, which prints each command before it. */
function sizesIn(listing: string, folders: readonly string[]): ReadonlyMap<string, number> {
  const sizes = new Map<string, number>();
  let index = -1;
  for (const line of listing.split('\n')) {
    if (line.startsWith('sftp> ls')) index += 1;
    const [, size, name] = /^-\S+\s+\S+\s+\S+\s+\S+\s+(\d+)\s.*\s(\S+)$/.exec(line) ?? [];
    if (size !== undefined && name !== undefined) sizes.set(`${folders[index] ?? ''}${name}`, Number(size));
  }
  return sizes;
}

/** Makes what is missing of the folders, and lists them; ends in the first one. A "-" before a command: what is there already cannot be made. */
const looking = (folder: string, inner: readonly string[]) => [
  ...folder.split('/').flatMap((name) => [`-mkdir ${quoted(name)}`, `cd ${quoted(name)}`]),
  'ls -ln',
  ...inner.flatMap((name) => [`-mkdir ${quoted(name)}`, `cd ${quoted(name)}`, 'ls -ln', 'cd ..']),
];

/**
 * Brings what is there up to date: what lies there in another size, or not at all, is sent under another name, and then gets its own. What lies there and no
 * longer here stays. Throws BACKUP_FAILED; what was sent until then stays too.
 */
export async function sendFiles(settings: SendSettings, files: readonly Sendable[]): Promise<Sent> {
  const { folder } = settings;
  const inner = [...new Set(files.flatMap(({ name }) => (name.includes('/') ? [dirname(name)] : [])))];
  const there = sizesIn(await sftp(settings, looking(folder, inner)), ['', ...inner.map((name) => `${name}/`)]);
  const here = await Promise.all(files.map(async (each) => ({ ...each, bytes: (await stat(each.file)).size })));
  const due = here.filter(({ name, isAlwaysSent = false, bytes }) => isAlwaysSent || there.get(name) !== bytes);
  const put = ({ file, name }: Sendable) => [
    `put ${quoted(file)} ${quoted(`${name}.part`)}`,
    `rename ${quoted(`${name}.part`)} ${quoted(name)}`,
  ];
  if (due.length > 0) await sftp(settings, [`cd ${quoted(folder)}`, ...due.flatMap(put)]);
  return { files: due.length, bytes: due.reduce((sum, { bytes }) => sum + bytes, 0) };
}
