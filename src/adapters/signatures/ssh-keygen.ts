import { execa } from 'execa';

/** What ssh-keygen said. `problem` where it could not be asked, or did not answer in time. */
export interface Answer {
  readonly exitCode: number | undefined;
  readonly stdout: string;
  readonly stderr: string;
  readonly problem?: string;
}

export interface SshKeygen {
  readonly program: string;
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Milliseconds; default 10,000. */
  readonly timeoutMilliseconds?: number;
  /** It may ask on the terminal for a passphrase, a PIN or a touch. */
  readonly mayAsk?: boolean;
}

const outputBytesMax = 65_536;

/** Runs ssh-keygen without a shell; the input goes through stdin. Never throws. */
export async function askSshKeygen(
  { program, env = {}, timeoutMilliseconds = 10_000, mayAsk = false }: SshKeygen,
  args: readonly string[],
  input: string,
): Promise<Answer> {
  const child = await execa(program, args, {
    input,
    // TZ as here: times without a Z in allowed_signers are local.
    env: { PATH: '/usr/local/bin:/usr/bin:/bin', LC_ALL: 'C', ...(process.env['TZ'] !== undefined && { TZ: process.env['TZ'] }), ...env },
    extendEnv: false,
    reject: false,
    stripFinalNewline: false,
    timeout: timeoutMilliseconds,
    killSignal: 'SIGKILL',
    maxBuffer: outputBytesMax,
    stderr: mayAsk ? 'inherit' : 'pipe',
    // A session of its own has no terminal to ask on.
    detached: !mayAsk,
  });
  const { exitCode, stdout, stderr = '' } = child;
  const answer = { exitCode, stdout, stderr };
  if (child.timedOut) return { ...answer, problem: `${program} gave no answer within ${timeoutMilliseconds} ms` };
  if (exitCode === undefined) return { ...answer, problem: `${program} could not run: ${child.code ?? child.signal ?? 'unknown'}` };
  return answer;
}
