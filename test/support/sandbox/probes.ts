import type { SyscallName } from '../../../src/adapters/sandbox/seccomp/architectures.js';

/** A system call with what it must answer in the sandbox. */
export interface SyscallProbe {
  readonly call: SyscallName;
  readonly what: string;
  readonly args: readonly (number | string)[];
  /** An errno of the filter, or 'allow': then the kernel answers whatever it answers. */
  readonly answer: '1' | '38' | '97' | 'allow';
}

const probe = (answer: SyscallProbe['answer'], call: SyscallName, what: string, ...args: (number | string)[]): SyscallProbe => ({
  call,
  what,
  args,
  answer,
});
const refused = (call: SyscallName, what: string, ...args: (number | string)[]) => probe('1', call, what, ...args);
const missing = (call: SyscallName, what: string, ...args: (number | string)[]) => probe('38', call, what, ...args);
const family = (call: 'socket' | 'socketpair', what: string, number: number) => probe('97', call, what, number, 1, 0, 'z:');
/** Protocols of AF_NETLINK besides the one that is let through. */
const netlinks = {
  USERSOCK: 2,
  SOCK_DIAG: 4,
  XFRM: 6,
  AUDIT: 9,
  CONNECTOR: 11,
  NETFILTER: 12,
  KOBJECT_UEVENT: 15,
  GENERIC: 16,
  CRYPTO: 21,
};
const allowed = (call: SyscallName, what: string, ...args: (number | string)[]) => probe('allow', call, what, ...args);

/** AT_FDCWD as the kernel's int sees it. */
const here = 0xffff_ff9c;
const file = 's:probed';
/** An argument whose high half is set: the kernel looks at the low one only, so must the filter (CVE-2019-10063). */
const high = (low: number) => `0x1${low.toString(16).padStart(8, '0')}`;

const namespaces = {
  NEWNS: 0x2_0000,
  NEWCGROUP: 0x200_0000,
  NEWUTS: 0x400_0000,
  NEWIPC: 0x800_0000,
  NEWUSER: 0x1000_0000,
  NEWPID: 0x2000_0000,
  NEWNET: 0x4000_0000,
};
const families = { AX25: 3, PACKET: 17, KEY: 15, RDS: 21, TIPC: 30, BLUETOOTH: 31, ALG: 38, VSOCK: 40, XDP: 44, UNSPEC: 0 };

export const probes: readonly SyscallProbe[] = [
  refused('mount', 'tmpfs', 's:none', 's:/workspace', 's:tmpfs', 0, 0),
  refused('umount2', 'proc', 's:/proc', 2),
  refused('pivot_root', 'into itself', 's:.', 's:.'),
  refused('chroot', 'into the workspace', 's:.'),
  ...Object.entries(namespaces).flatMap(([name, flag]) => [refused('unshare', name, flag), refused('clone', name, flag | 17)]),
  refused('unshare', 'nothing at all', 0),
  refused('unshare', 'NEWTIME', 0x80),
  refused('clone', 'high half', high(0x1000_0000 | 17)),
  refused('setns', 'own user namespace', 0, 0),
  missing('clone3', 'new user namespace', 'z:', 88),
  missing('clone3', 'nothing new', 'z:', 64),
  refused('ptrace', 'TRACEME', 0),
  refused('ptrace', 'ATTACH to the first process', 16, 1),
  refused('process_vm_readv', 'the first process', 1, 'z:', 1, 'z:', 1, 0),
  refused('process_vm_writev', 'the first process', 1, 'z:', 1, 'z:', 1, 0),
  refused('kcmp', 'itself', 1, 1, 0, 0, 0),
  refused('pidfd_getfd', 'from nowhere', 0, 0, 0),
  refused('add_key', 'to the session', 's:user', 's:x', 's:y', 1, 0xffff_fffd),
  refused('request_key', 'by name', 's:user', 's:x', 0, 0),
  refused('keyctl', 'GET_KEYRING_ID', 0, 0xffff_fffd, 0),
  refused('bpf', 'MAP_CREATE', 0, 'z:', 64),
  refused('perf_event_open', 'cpu clock', 'z:', 0, 0xffff_ffff, 0xffff_ffff, 0),
  refused('userfaultfd', 'user mode only', 1),
  refused('syslog', 'read all', 3, 'z:', 64),
  refused('acct', 'off', 0),
  refused('quotactl', 'sync', 0x8000_0100, 0, 0, 0),
  refused('quotactl_fd', 'sync', 0, 0x8000_0100, 0, 0),
  refused('init_module', 'nothing', 'z:', 64, 's:'),
  refused('finit_module', 'descriptor 0', 0, 's:', 0),
  refused('delete_module', 'no such', 's:none', 0),
  ...(['create_module', 'query_module', 'get_kernel_syms', 'uselib', '_sysctl', 'nfsservctl', 'lookup_dcookie'] as const).map((call) =>
    refused(call, 'at all', 0, 0, 0),
  ),
  refused('kexec_load', 'nothing', 0, 0, 0, 0),
  refused('kexec_file_load', 'nothing', 0, 0, 0, 0, 0),
  refused('reboot', 'CAD off', 0xfee1_dead, 672_274_793, 0, 0),
  refused('swapon', 'a file', file, 0),
  refused('swapoff', 'a file', file),
  refused('vhangup', 'the terminal'),
  refused('settimeofday', '1970', 'z:', 0),
  refused('clock_settime', '1970', 0, 'z:'),
  refused('adjtimex', 'read', 'z:'),
  refused('clock_adjtime', 'read', 0, 'z:'),
  refused('mbind', 'nothing', 0, 0, 0, 0, 0, 0),
  refused('set_mempolicy', 'default', 0, 0, 0),
  refused('get_mempolicy', 'read', 0, 0, 0, 0, 0),
  refused('migrate_pages', 'itself', 0, 0, 0, 0),
  refused('move_pages', 'itself', 0, 0, 0, 0, 0, 0),
  refused('set_mempolicy_home_node', 'nothing', 0, 0, 0, 0),
  refused('iopl', 'level 3', 3),
  refused('ioperm', 'port 0', 0, 1, 1),
  refused('modify_ldt', 'read', 0, 'z:', 16),
  refused('open_by_handle_at', 'shocker', here, 'z:', 0),
  refused('fanotify_init', 'unprivileged', 0x200, 0),
  refused('personality', 'ADDR_NO_RANDOMIZE', 0x004_0000),
  refused('personality', 'READ_IMPLIES_EXEC', 0x040_0000),
  refused('ioctl', 'TIOCSTI', 0, 0x5412, 's:x'),
  refused('ioctl', 'TIOCSTI, high half', 0, high(0x5412), 's:x'),
  refused('ioctl', 'TIOCLINUX', 0, 0x541c, 'z:'),
  refused('ioctl', 'TIOCSETD', 0, 0x5423, 'z:'),
  refused('mknod', 'character device', 's:dev', 0o020666, 0x103),
  refused('mknod', 'block device', 's:dev', 0o060666, 0x800),
  refused('mknod', 'set-uid file', 's:dev', 0o104755, 0),
  refused('mknodat', 'character device', here, 's:dev', 0o020666, 0x103),
  refused('mknodat', 'block device', here, 's:dev', 0o060666, 0x800),
  refused('mknodat', 'set-gid file', here, 's:dev', 0o102755, 0),
  ...[0o4755, 0o6755].flatMap((mode) => [
    refused('chmod', mode.toString(8), file, mode),
    refused('fchmod', mode.toString(8), 0, mode),
    refused('fchmodat', mode.toString(8), here, file, mode),
    refused('fchmodat2', mode.toString(8), here, file, mode, 0),
  ]),
  ...[0o4755, 0o2755, 0o6755].flatMap((mode) => [
    refused('creat', mode.toString(8), 's:setid', mode),
    refused('open', mode.toString(8), 's:setid', 0o101, mode),
    refused('openat', mode.toString(8), here, 's:setid', 0o101, mode),
  ]),
  refused('chmod', 'set-uid, high half', file, high(0o4755)),
  refused('openat', 'O_TMPFILE', here, 's:.', 0o20_200_001, 0o4755),
  refused('open', 'O_TMPFILE', 's:.', 0o20_200_001, 0o4755),
  missing('openat2', 'a file', here, file, 'z:', 24),
  missing('open_tree', 'clone', here, 's:/', 1),
  missing('move_mount', 'nothing', here, 's:', here, 's:', 0),
  missing('fsopen', 'tmpfs', 's:tmpfs', 0),
  missing('fsconfig', 'nothing', 0, 0, 0, 0, 0),
  missing('fsmount', 'nothing', 0, 0, 0),
  missing('fspick', 'root', here, 's:/', 0),
  missing('mount_setattr', 'root', here, 's:/', 0, 'z:', 32),
  missing('open_tree_attr', 'clone', here, 's:/', 1, 'z:', 32),
  missing('statmount', 'nothing', 'z:', 'z:', 64, 0),
  missing('listmount', 'nothing', 'z:', 'z:', 1, 0),
  missing('listns', 'nothing', 'z:', 'z:', 1, 0),
  missing('io_uring_setup', 'one entry', 1, 'z:'),
  missing('io_uring_enter', 'nothing', 0, 0, 0, 0, 0, 0),
  missing('io_uring_register', 'nothing', 0, 0, 0, 0),
  missing('memfd_secret', 'plain', 0),
  ...Object.entries(families).flatMap(([name, number]) => [family('socket', name, number), family('socketpair', name, number)]),
  family('socketpair', 'NETLINK', 16),
  ...Object.entries(netlinks).map(([name, number]) => probe('97', 'socket', `NETLINK_${name}`, 16, 3, number)),
  probe('97', 'socket', 'NETLINK_NETFILTER, high half of the family', high(16), 3, 12),
  ...([0, 1] as const).flatMap((which) => {
    const ids = which === 0 ? [0, 0xffff_ffff] : [0xffff_ffff, 0];
    const calls = (['chown', 'lchown'] as const).map((call) => refused(call, `to another, ${which}`, file, ...ids));
    return [
      ...calls,
      refused('fchown', `to another, ${which}`, 0, ...ids),
      refused('fchownat', `to another, ${which}`, here, file, ...ids, 0),
    ];
  }),
  allowed('socket', 'NETLINK_ROUTE', 16, 3, 0),
  allowed('chown', 'to itself', file, 1_000, 1_000),
  allowed('fchownat', 'to nobody new', here, file, 0xffff_ffff, 0xffff_ffff, 0),
  allowed('clone', 'a child', 17, 0, 0, 0, 0),
  allowed('personality', 'as it is', 0),
  allowed('ioctl', 'TIOCGWINSZ', 0, 0x5413, 'z:'),
  allowed('socket', 'UNIX', 1, 1, 0),
  allowed('socket', 'INET', 2, 1, 0),
  allowed('socket', 'INET6', 10, 1, 0),
  allowed('socket', 'INET, close on exec', 2, 0o2_000_001, 0),
  allowed('socketpair', 'UNIX', 1, 1, 0, 'z:'),
  allowed('mknod', 'fifo', 's:fifo-a', 0o010644, 0),
  allowed('mknodat', 'fifo', here, 's:fifo-b', 0o010644, 0),
  allowed('chmod', '755', file, 0o755),
  // A folder, as far as a filter can tell; files lose the bit again.
  allowed('chmod', '2755', file, 0o2755),
  allowed('fchmodat', '2755', here, file, 0o2755),
  allowed('fchmodat', 'sticky', here, file, 0o1755),
  allowed('open', 'create 644', 's:made-a', 0o101, 0o644),
  allowed('openat', 'create 644', here, 's:made-b', 0o101, 0o644),
  // Without O_CREAT the mode is whatever was in the register.
  allowed('openat', 'read, mode left over', here, file, 0, 0o6777),
  allowed('openat', 'folder, mode left over', here, 's:.', 0o200_000, 0o6777),
];

/** A label without spaces, for the prober's lines. */
export const label = ({ call, what }: SyscallProbe): string => `${call}:${what.replaceAll(' ', '-')}`;
