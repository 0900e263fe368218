import type { Architecture, SyscallName } from '../seccomp/architectures.js';
import { errnos } from '../seccomp/rules.js';

/** ioctl_tty(2): puts a character into the input of a terminal. */
const TIOCSTI = 0x5412;

/** A small escape attempt. Its status says whether the goal was reached: 0 is bad. */
export interface Canary {
  readonly name: string;
  /** What it would have reached, for people: "a sandboxed command can ...". */
  readonly can: string;
  /** Without this program inside the attempt says nothing. */
  readonly needs: string;
  readonly attempt: string;
}

/** What the worker holds ready outside, for the attempts to aim at. */
export interface Targets {
  /** A file that every user may read. */
  readonly secretFile: string;
  /** A listener on the loopback of the host. */
  readonly port: number;
  /** An abstract unix socket of the host, without its leading NUL. */
  readonly abstractSocket: string;
  /** What `readlink /proc/self/ns/NAME` says outside, by name. */
  readonly namespaces: Readonly<Record<string, string>>;
}

const plain = (name: string, can: string, attempt: string, needs = 'bash'): Canary => ({ name, can, needs, attempt });

/** Reached unless the filter's very own errno comes back: an old kernel or a missing right would answer with another. */
function call(
  { numbers }: Architecture,
  name: string,
  can: string,
  [syscall, errno, args]: readonly [SyscallName, keyof typeof errnos, string],
): Canary {
  const script =
    'my ($errno, $number, @rest) = map { /^-?\\d+$/ ? $_ + 0 : $_ } @ARGV; exit(syscall($number, @rest) == -1 && $! == $errno ? 7 : 0)';
  return plain(name, can, `perl -e '${script}' ${errnos[errno]} ${numbers[syscall]} ${args}; [ $? -ne 7 ]`, 'perl');
}

const writes = (folder: string, name: string) => plain(`write-${name}`, `write to ${folder}`, `touch ${folder}/janus-canary`, 'touch');

/** Everything that was promised, tried from inside (spec X1, X2, X4). Bash, coreutils, util-linux and perl: no compiler. */
export function canaries(architecture: Architecture, { secretFile, port, abstractSocket, namespaces }: Targets): readonly Canary[] {
  const sameNamespaces = Object.entries(namespaces).map(([name, link]) => `[ "$(readlink /proc/self/ns/${name})" = "${link}" ]`);
  return [
    plain('shadow', 'read /etc/shadow', '[ -e /etc/shadow ]'),
    plain(
      'host-files',
      'read files of the host',
      `[ -e ${secretFile} ] || [ -e /proc/1/root${secretFile} ] || [ -e /proc/1/cwd${secretFile} ]`,
    ),
    writes('', 'root'),
    writes('/usr', 'usr'),
    writes('/etc', 'etc'),
    writes('/dev', 'dev'),
    writes('/run', 'run'),
    plain('namespaces', 'see a namespace of the host', sameNamespaces.join(' || '), 'readlink'),
    plain('host-processes', 'see processes of the host', "grep -qE '^NSpid:\\s+[0-9]+\\s+[0-9]' /proc/self/status", 'grep'),
    plain(
      'privileges',
      'be root, hold a capability, gain privileges or run without a filter',
      '[ "$(id -u)" = 0 ] || [ "$(grep -cE \'^(Cap(Inh|Prm|Eff|Bnd|Amb):\\s+0{16}|NoNewPrivs:\\s+1|Seccomp:\\s+2)$\' /proc/self/status)" != 7 ]',
      'grep',
    ),
    plain('mount', 'mount', 'mount -t tmpfs none /workspace', 'mount'),
    plain('unshare', 'make a user namespace', 'unshare -U true', 'unshare'),
    plain('set-uid', 'make a set-uid file', ': > set-uid && chmod u+s set-uid', 'chmod'),
    call(architecture, 'setns', 'enter a namespace', ['setns', 'EPERM', '0 0']),
    call(architecture, 'ptrace', 'trace processes', ['ptrace', 'EPERM', '0 0 0 0']),
    call(architecture, 'keyring', 'reach the keyrings of the kernel', ['keyctl', 'EPERM', '0 -3 0']),
    call(architecture, 'terminal', 'type into a terminal', ['ioctl', 'EPERM', `0 ${TIOCSTI} x`]),
    call(architecture, 'clone3', 'make namespaces where no filter looks', ['clone3', 'ENOSYS', '0 0']),
    call(architecture, 'io-uring', 'make calls that no filter sees', ['io_uring_setup', 'ENOSYS', '0 0']),
    call(architecture, 'vsock', 'reach the hypervisor', ['socket', 'EAFNOSUPPORT', '40 1 0']),
    // NETLINK_NETFILTER.
    call(architecture, 'netfilter', 'reach the packet filters of the kernel', ['socket', 'EAFNOSUPPORT', '16 3 12']),
    plain('network', 'reach the loopback of the host', `exec 3<>/dev/tcp/127.0.0.1/${port}`),
    plain('interfaces', 'see an interface of the host', '[ -n "$(tail -n +3 /proc/net/dev | grep -v \'^ *lo:\')" ]', 'grep'),
    plain('abstract-socket', 'reach unix sockets of the host', `grep -qF '@${abstractSocket}' /proc/net/unix`, 'grep'),
    plain(
      'descriptors',
      'use a descriptor that Janus was started with',
      'found=1; for fd in /proc/$$/fd/*; do case ${fd##*/} in 0|1|2|255) ;; *) [ "$(readlink $fd)" = /dev/null ] || [ ! -e $fd ] || found=0;; esac; done; [ $found = 0 ]',
      'readlink',
    ),
  ];
}

/** One line for each: `NAME held`, `NAME reached`, or `NAME absent` where the program for it is not installed. */
export function canaryScript(list: readonly Canary[]): string {
  return list
    .map(
      ({ name, needs, attempt }) =>
        `if ! command -v ${needs} >/dev/null 2>&1; then echo ${name} absent; elif ( ${attempt} ) >/dev/null 2>&1 </dev/null; then echo ${name} reached; else echo ${name} held; fi`,
    )
    .join('\n');
}

export interface CanaryVerdict {
  readonly held: readonly string[];
  readonly absent: readonly string[];
  /** Reached its goal, or never reported. */
  readonly failed: readonly Canary[];
}

/** Silence is no proof: what did not report has failed. */
export function readCanaries(list: readonly Canary[], output: string): CanaryVerdict {
  const answers = new Map(output.split('\n').map((line) => line.split(' ') as [string, string | undefined]));
  const named = (answer: string) => list.filter(({ name }) => answers.get(name) === answer);
  const names = (answer: string) => named(answer).map(({ name }) => name);
  const silent = list.filter(({ name }) => !['held', 'absent', 'reached'].includes(answers.get(name) ?? ''));
  const unsure = silent.map((canary) => ({ ...canary, can: `perhaps ${canary.can} (the attempt did not report)` }));
  return { held: names('held'), absent: names('absent'), failed: [...named('reached'), ...unsure] };
}
