import { execa } from 'execa';

/** "OpenSSH_9.2p1"; undefined where there is no OpenSSH. ssh-keygen itself does not tell its version: ssh comes in the same package. */
export async function sshVersion(): Promise<string | undefined> {
  const { stderr, exitCode } = await execa('ssh', ['-V'], { reject: false, timeout: 10_000, stdin: 'ignore' });
  return exitCode === 0 ? /OpenSSH_[\w.]+/.exec(stderr)?.[0] : undefined;
}

/** Whether ssh-keygen can be started at all. */
export async function hasSshKeygen(program = 'ssh-keygen'): Promise<boolean> {
  const { exitCode } = await execa(program, ['-?'], { reject: false, timeout: 10_000, stdin: 'ignore' });
  return exitCode !== undefined;
}
