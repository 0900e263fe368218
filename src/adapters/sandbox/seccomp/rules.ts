import { insideId } from '../profile/identity.js';
import type { SyscallName } from './architectures.js';

/** Looks at the low 32 bits of one argument: every argument looked at here is an int or narrower in the kernel, which ignores the rest (CVE-2019-10063). */
export type Condition =
  | { readonly argument: number; readonly anyBitOf: number }
  | { readonly argument: number; readonly mask: number; readonly oneOf: readonly number[] }
  | { readonly argument: number; readonly noneOf: readonly number[] };

export const errnos = { EPERM: 1, ENOSYS: 38, EAFNOSUPPORT: 97 } as const;

export interface Rule {
  readonly calls: readonly SyscallName[];
  readonly answer: keyof typeof errnos;
  /** All must hold; without any the call is always refused. */
  readonly when?: readonly Condition[];
  /** What it is good for in the hands of an attacker. */
  readonly why: string;
}

const always = (answer: Rule['answer'], calls: readonly SyscallName[], why: string): Rule => ({ calls, answer, why });
const eperm = (calls: readonly SyscallName[], why: string) => always('EPERM', calls, why);
/** As if the kernel were older: libraries then take their former way. */
const enosys = (calls: readonly SyscallName[], why: string) => always('ENOSYS', calls, why);

/** CLONE_NEWNS, NEWCGROUP, NEWUTS, NEWIPC, NEWUSER, NEWPID, NEWNET. NEWTIME shares its bit with the signal number, and exists for unshare only. */
const newNamespace = 0x7e02_0000;
const everyMode = 0xf000;
const [charDevice, blockDevice] = [0x2000, 0x6000];
const [setUidBit, setIdBits] = [0o4000, 0o6000];
/** O_CREAT, and the bit of O_TMPFILE that O_DIRECTORY has not: only then does the kernel look at the mode. */
const creating = 0o20_000_100;
/** AF_UNIX, AF_INET, AF_INET6. */
const families = [1, 2, 10];
/** AF_NETLINK, and the one protocol of it that is let through: what tells about interfaces and routes. */
const [netlink, netlinkRoute] = [16, 0];
/** For chown(2): leave it as it is. */
const unchanged = 0xffff_ffff;

const setIdWhy = 'a set-uid file would run as the account of the actions for anybody on the host who starts it';

/** These make files, never folders. */
const makesSetId = (calls: readonly SyscallName[], mode: number, flags?: number): Rule => ({
  calls,
  answer: 'EPERM',
  when: [
    ...(flags === undefined ? [] : [{ argument: flags, anyBitOf: creating }]),
    { argument: mode, mask: setIdBits, oneOf: [0o2000, 0o4000, 0o6000] },
  ],
  why: setIdWhy,
});

/**
 * A filter does not see whether it is a folder, where set-gid only says whose group new files get: `takeSetIdBits` takes it off files before the result is
 * reported.
 */
const setsUid = (calls: readonly SyscallName[], mode: number): Rule => ({
  calls,
  answer: 'EPERM',
  when: [{ argument: mode, anyBitOf: setUidBit }],
  why: setIdWhy,
});

/** As for every ordinary user; the kernel says EINVAL where an id is none of the namespace, and programs (fakeroot) know EPERM only. */
const foreignId = (calls: readonly SyscallName[], id: number): Rule => ({
  calls,
  answer: 'EPERM',
  when: [{ argument: id, noneOf: [insideId, unchanged] }],
  why: 'gives a file to somebody else',
});

/**
 * What an action may not ask of the kernel; all else that was known in Linux 6.18 is allowed. Started from flatpak's list (common/flatpak-run.c, whose reasons are
 * kept) and the kernel interfaces that gave most escapes; each CVE number was looked up in public advisories. Whatever changes here changes the profile's hash,
 * so the digest of every plan.
 */
export const rules: readonly Rule[] = [
  eperm(['mount', 'umount2', 'pivot_root', 'chroot'], 'rearranges what is read-only and what is hidden (mount_namespaces(7))'),
  eperm(['unshare', 'setns'], 'a user namespace gives every capability over fresh kernel code: CVE-2022-0185, CVE-2023-0386'),
  { calls: ['clone'], answer: 'EPERM', when: [{ argument: 0, anyBitOf: newNamespace }], why: 'the same as unshare' },
  enosys(['clone3'], 'its flags lie in memory, where a filter cannot look: CVE-2021-41133. glibc goes back to clone'),
  eperm(['ptrace', 'process_vm_readv', 'process_vm_writev'], 'reads and writes other processes: CVE-2019-13272'),
  eperm(['kcmp', 'pidfd_getfd'], 'compares kernel pointers; takes descriptors out of other processes'),
  eperm(['add_key', 'request_key', 'keyctl'], 'keyrings know no namespace: CVE-2016-0728'),
  eperm(['bpf', 'perf_event_open'], 'verifier and counters: CVE-2020-8835, CVE-2021-3490, CVE-2013-2094'),
  eperm(['userfaultfd'], 'holds the kernel at a chosen page for as long as one likes: a race that is lost once in a million times is won'),
  eperm(['syslog'], "the kernel's messages hold addresses and other programs' names"),
  eperm(['acct', 'quotactl', 'quotactl_fd'], 'administration of the host'),
  eperm(['init_module', 'finit_module', 'delete_module'], 'code for the kernel'),
  eperm(['create_module', 'query_module', 'get_kernel_syms', 'uselib', '_sysctl', 'nfsservctl', 'lookup_dcookie'], 'long obsolete'),
  eperm(['kexec_load', 'kexec_file_load', 'reboot', 'swapon', 'swapoff', 'vhangup'], 'administration of the host'),
  eperm(['settimeofday', 'clock_settime', 'adjtimex', 'clock_adjtime'], 'the clock is shared: expiry of permits depends on it'),
  eperm(
    ['mbind', 'set_mempolicy', 'get_mempolicy', 'migrate_pages', 'move_pages', 'set_mempolicy_home_node'],
    'moves memory about, also of others: CVE-2010-0415',
  ),
  eperm(['iopl', 'ioperm', 'modify_ldt'], 'ports and descriptor tables: CVE-2017-17053'),
  eperm(['open_by_handle_at'], 'opens files past every folder on the way: the "shocker" escape of containers'),
  eperm(['fanotify_init'], 'watches and holds back file access'),
  {
    calls: ['personality'],
    answer: 'EPERM',
    when: [{ argument: 0, noneOf: [0] }],
    why: 'turns off address randomisation, or READ_IMPLIES_EXEC on: CVE-2009-1895',
  },
  {
    calls: ['ioctl'],
    answer: 'EPERM',
    // TIOCSTI, TIOCLINUX, TIOCSETD.
    when: [{ argument: 1, mask: 0xffff_ffff, oneOf: [0x5412, 0x541c, 0x5423] }],
    why: 'types into the terminal of the operator: CVE-2017-5226, CVE-2023-28100; line disciplines: CVE-2017-2636',
  },
  {
    calls: ['mknod'],
    answer: 'EPERM',
    when: [{ argument: 1, mask: everyMode, oneOf: [charDevice, blockDevice] }],
    why: 'device nodes',
  },
  {
    calls: ['mknodat'],
    answer: 'EPERM',
    when: [{ argument: 2, mask: everyMode, oneOf: [charDevice, blockDevice] }],
    why: 'device nodes',
  },
  setsUid(['chmod', 'fchmod'], 1),
  setsUid(['fchmodat', 'fchmodat2'], 2),
  makesSetId(['mknod', 'creat'], 1),
  makesSetId(['mknodat'], 2),
  makesSetId(['open'], 2, 1),
  makesSetId(['openat'], 3, 2),
  enosys(['openat2'], 'its mode lies in memory'),
  enosys(
    ['open_tree', 'move_mount', 'fsopen', 'fsconfig', 'fsmount', 'fspick', 'mount_setattr', 'open_tree_attr'],
    'mounts: CVE-2021-41133',
  ),
  enosys(['statmount', 'listmount', 'listns'], "tells about the host's mounts and namespaces"),
  enosys(['io_uring_setup', 'io_uring_enter', 'io_uring_register'], 'makes calls that no filter sees: CVE-2021-41073, CVE-2022-29582'),
  enosys(['memfd_secret'], 'memory that nobody else can look at'),
  {
    calls: ['socket'],
    answer: 'EAFNOSUPPORT',
    when: [{ argument: 0, noneOf: [...families, netlink] }],
    why: 'AF_VSOCK reaches the hypervisor; AF_PACKET CVE-2017-7308, AF_ALG CVE-2019-8912',
  },
  {
    calls: ['socket'],
    answer: 'EAFNOSUPPORT',
    when: [
      { argument: 0, mask: 0xffff_ffff, oneOf: [netlink] },
      { argument: 2, noneOf: [netlinkRoute] },
    ],
    // Interfaces and routes are those of the action's own network, and to change one takes a capability that it has not.
    why: 'packet filters CVE-2024-1086, IPsec CVE-2017-16939, sock_diag CVE-2013-1763, audit, events of devices',
  },
  { calls: ['socketpair'], answer: 'EAFNOSUPPORT', when: [{ argument: 0, noneOf: families }], why: 'the same as socket' },
  ...[0, 1].map((which): Rule => foreignId(['chown', 'lchown', 'fchown'], 1 + which)),
  ...[0, 1].map((which): Rule => foreignId(['fchownat'], 2 + which)),
];
