import { dirname } from 'node:path';
import { execa } from 'execa';
import { JanusError } from '../../domain/errors.js';
import { fileWords } from '../../domain/text/errno-words.js';
import { makeFolder, syncFile, syncFolder } from '../files/durable.js';

export interface KeySettings {
  /** Where the private key goes; the public one beside it with .pub at its end. */
  readonly file: string;
  readonly comment: string;
  /** ssh-keygen asks on the terminal for a passphrase; else there is none. */
  readonly askPassphrase: boolean;
  readonly sshKeygen?: string;
  /** Milliseconds without a person; default 10,000. */
  readonly timeoutMilliseconds?: number;
}

const noKey = (file: string, why: string) =>
  new JanusError('NOT_PERMITTED', `${file} was not made: ${why}`, { next: 'install openssh-client, or look at the folder' });

/**
 * Makes an Ed25519 key with ssh-keygen, and a folder for it; never over one that is there: the caller has looked. It is on the disk when this
 * returns. Throws NOT_PERMITTED where it cannot.
 */
export async function createKey(settings: KeySettings): Promise<void> {
  const { file, comment, askPassphrase, sshKeygen = 'ssh-keygen', timeoutMilliseconds = 10_000 } = settings;
  const args = ['-q', '-t', 'ed25519', '-C', comment, '-f', file, ...(askPassphrase ? [] : ['-N', ''])];
  await makeFolder(dirname(file), 0o700).catch((error: unknown) => {
    throw noKey(file, fileWords(error));
  });
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
  throw noKey(file, `${sshKeygen}: ${why === undefined || why === '' ? `exit code ${made.exitCode}` : why}`);
}
