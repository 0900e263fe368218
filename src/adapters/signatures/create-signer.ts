import { JanusError } from '../../domain/errors.js';
import { quoted } from '../../domain/text/quoted.js';
import { askSshKeygen } from './ssh-keygen.js';

export interface SignerSettings {
  /** A private key, or the .pub file of one that an agent or a security key holds. */
  readonly keyFile: string;
  readonly sshKeygen?: string;
  /** For the agent: SSH_AUTH_SOCK; for security keys: SSH_SK_PROVIDER. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** A person sits there, who may be asked for a passphrase, a PIN or a touch. */
  readonly interactive: boolean;
}

export interface Signer {
  /** The armoured signature. Throws NOT_PERMITTED where the key cannot be used. */
  sign(text: string, namespace: string): Promise<string>;
}

const passed = ['HOME', 'SSH_AUTH_SOCK', 'SSH_SK_PROVIDER', 'SSH_ASKPASS', 'SSH_ASKPASS_REQUIRE', 'DISPLAY', 'WAYLAND_DISPLAY', 'TERM'];

/** Where ssh-keygen finds nobody to ask, it says of the passphrase that it is incorrect, though none was given. */
const lacksPassphrase = (said: string, { env, interactive }: SignerSettings) =>
  !interactive && env['SSH_ASKPASS'] === undefined && /incorrect passphrase/i.test(said);

/** Signs with `ssh-keygen -Y sign`: a key file, an agent or a FIDO key. */
export function createSigner(settings: SignerSettings): Signer {
  const { keyFile, sshKeygen = 'ssh-keygen', env, interactive } = settings;
  return {
    async sign(text, namespace) {
      const own = Object.fromEntries(passed.flatMap((name) => (env[name] === undefined ? [] : [[name, env[name]]])));
      const program = { program: sshKeygen, env: own, mayAsk: interactive, timeoutMilliseconds: interactive ? 120_000 : 10_000 };
      const { exitCode, stdout, stderr, problem } = await askSshKeygen(program, ['-Y', 'sign', '-q', '-n', namespace, '-f', keyFile], text);
      if (exitCode === 0 && stdout.startsWith('-----BEGIN SSH SIGNATURE-----')) return stdout;
      const said = stderr.trim().split('\n').at(-1) ?? '';
      if (lacksPassphrase(said, settings))
        throw new JanusError('NOT_PERMITTED', `${keyFile} is protected by a passphrase, and nobody can be asked for it here`, {
          next: `give it to an agent first: eval "$(ssh-agent)" && ssh-add ${quoted(keyFile)}; or sign in a terminal, which asks`,
        });
      throw new JanusError('NOT_PERMITTED', `${keyFile} does not sign: ${problem ?? (said === '' ? `exit code ${exitCode}` : said)}`, {
        next: `look at it: ssh-keygen -Y sign -n ${namespace} -f ${keyFile}`,
      });
    },
  };
}
