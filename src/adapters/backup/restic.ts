import { execa } from 'execa';
import { JanusError } from '../../domain/errors.js';

export interface ResticSettings {
  /** A folder, or what restic takes for one elsewhere: sftp:user@host:/folder. */
  readonly repository: string;
  readonly passwordFile: string;
  /** The folder that is backed up. */
  readonly state: string;
  readonly signal?: AbortSignal;
}

/** One backup in the repository. */
export interface Snapshot {
  readonly id: string;
  readonly at: string;
  readonly tags: readonly string[];
}

interface Summary {
  readonly snapshot_id: string;
  readonly total_files_processed: number;
  readonly data_added: number;
}

export interface Restic {
  init(): Promise<void>;
  backup(options: { readonly host: string; readonly tag: string; readonly excludes: readonly string[] }): Promise<Summary>;
  /** Oldest first. */
  snapshots(host: string): Promise<readonly Snapshot[]>;
  forget(ids: readonly string[]): Promise<void>;
  /** The newest five, seven daily, five weekly and twelve monthly ones stay. */
  prune(host: string): Promise<void>;
  /** Its structure, and of its data a part, in per cent. */
  check(percent: number): Promise<void>;
  restore(snapshot: string, target: string): Promise<void>;
}

const lastLine = (text: string) => text.trim().split('\n').at(-1)?.slice(0, 300) ?? '';

/** What restic says, by what people can do about it. */
const causes: readonly (readonly [RegExp, (settings: ResticSettings) => readonly [string, string]])[] = [
  [/ENOENT/, () => ['restic is not installed', 'sudo apt-get install restic']],
  [
    /does not exist|unable to open config file|Is there a repository/,
    ({ repository }) => [`there is no repository at ${repository}: is it mounted?`, 'ubos backup init (makes one)'],
  ],
  [
    /wrong password|no key found/,
    ({ passwordFile, repository }) => [
      `the password in ${passwordFile} does not open ${repository}`,
      'put the right one there: a repository cannot be read without it',
    ],
  ],
  [/already locked/, ({ repository }) => [`another restic works on ${repository}`, 'wait; after a crash: restic unlock']],
  [/no space left/i, ({ repository }) => [`no room is left for ${repository}`, 'make room, then: ubos backup run']],
];

function problemOf(settings: ResticSettings, text: string): JanusError {
  for (const [pattern, words] of causes) {
    if (!pattern.test(text)) continue;
    const [message, next] = words(settings);
    return new JanusError('BACKUP_FAILED', message, { next });
  }
  return new JanusError('BACKUP_FAILED', `restic: ${lastLine(text)}`, { next: 'ubos backup verify' });
}

/** restic as a program (restic.net). Every failure throws BACKUP_FAILED, with what to do. */
export function createRestic(settings: ResticSettings): Restic {
  const { repository, passwordFile, state, signal } = settings;
  const run = async (args: readonly string[]): Promise<string> => {
    const result = await execa('restic', ['--repo', repository, '--password-file', passwordFile, ...args], {
      cwd: state,
      reject: false,
      stdin: 'ignore',
      env: { PATH: process.env['PATH'] ?? '/usr/bin:/bin', HOME: process.env['HOME'] ?? '/', LANG: 'C.UTF-8' },
      extendEnv: false,
      ...(signal && { cancelSignal: signal, forceKillAfterDelay: 5_000 }),
    });
    if (result.isCanceled) throw signal?.reason as Error;
    // 3: a file could not be read; a backup that lacks one is none.
    if (result.failed)
      throw problemOf(settings, `${result.stderr || ''}\n${result.exitCode === undefined ? (result.shortMessage ?? '') : ''}`);
    return result.stdout;
  };
  return {
    async init() {
      await run(['init']);
    },
    async backup({ host, tag, excludes }) {
      const text = await run([
        ...['backup', '.', '--json', '--host', host, '--tag', tag, '--exclude-caches'],
        ...excludes.flatMap((each) => ['--exclude', each]),
      ]);
      const summary = text
        .split('\n')
        .flatMap((line) => (line.includes('"message_type":"summary"') ? [JSON.parse(line) as Summary] : []))
        .at(-1);
      if (summary === undefined)
        throw new JanusError('BACKUP_FAILED', 'restic ended without saying what it kept', { next: 'ubos backup list' });
      return summary;
    },
    async snapshots(host) {
      const found = (JSON.parse(await run(['snapshots', '--json', '--host', host])) ?? []) as {
        readonly short_id: string;
        readonly time: string;
        readonly tags?: readonly string[];
      }[];
      return found.map(({ short_id: id, time, tags = [] }) => ({ id, at: new Date(time).toISOString(), tags }));
    },
    async forget(ids) {
      await run(['forget', ...ids]);
    },
    async prune(host) {
      const kept = { last: 5, daily: 7, weekly: 5, monthly: 12 };
      const keep = Object.entries(kept).flatMap(([name, count]) => [`--keep-${name}`, String(count)]);
      await run(['forget', '--host', host, '--group-by', 'host', ...keep, '--prune']);
    },
    async check(percent) {
      await run(percent >= 100 ? ['check', '--read-data'] : ['check', ...(percent > 0 ? [`--read-data-subset=${percent}%`] : [])]);
    },
    async restore(snapshot, target) {
      await run(['restore', snapshot, '--target', target]);
    },
  };
}
