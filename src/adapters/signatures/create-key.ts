import { dirname } from 'node:path';
import { execa } from 'execa';
import { JanusError } from '../../domain/errors.js';
import { syncFile, syncFolder } from '../files/durable.js';

export interface KeySettings {
  /** Where the private key goes; the public one beside it with .pub behind. */
  readonly file: string;
  readonly comment: string;
  /** ssh-keygen asks on the terminal for a passphrase; else there is none. */
  readonly askPassphrase: boolean;
  readonly sshKeygen?: string;
  /** Milliseconds without a person; default 10,000. */
  readonly timeoutMilliseconds?: number;
}

/**
 * Makes an Ed25519 key with ssh-keygen, which never writes over one: the caller has looked. It is on the disk when this returns.
 * Throws NOT_PERMITTED where it cannot.
 */
export async function createKey(settings: KeySettings): Promise<void> {
  const { file, comment, askPassphrase, sshKeygen = 'ssh-keygen', timeoutMilliseconds = 10_000 } = settings;
  const args = ['-q', '-t', 'ed25519', '-C', comment, '-f', file, ...(askPassphrase ? [] : ['-N', ''])];
  const made = await execa(sshKeygen, args, {
    reject: false,
    stdin: askPassphrase ? 'inherit' : 'ignore',
    stdout: askPassphrase ? 'inherit' : 'ignore',
    stderr: askPassphrase ? 'inherit' : 'pipe',
    ...(!askPassphrase && { timeout: timeoutMilliseconds }),
  });
  if (made.exitCode === 0) {
    for (const each of [file, `${file}.pub`]) await syncFile(each);
    await syncFolder(dirname(file));
    return;
  }
  const why = made.exitCode === undefined ? (made.code ?? 'it could not run') : (made.stderr ?? '').trim().split('\n').at(-1);
  throw new JanusError(
    'NOT_PERMITTED',
    `${sshKeygen} made no key ${file}: ${why === undefined || why === '' ? `exit code ${made.exitCode}` : why}`,
    {
      next: 'install openssh-client, or look at the folder',
    },
  );
}
