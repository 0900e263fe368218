/** Who the action is inside, user and group; outside it is the unprivileged account of the worker. No other id exists in its namespace. */
export const insideId = 1_000;
/** The name of the machine inside. */
export const insideHost = 'janus-sandbox';

/** The static accounts of a distribution (Debian's base-passwd). They are names for numbers: inside none of them is mapped, so they grant nothing. */
const users =
  'root 0 0 /root,daemon 1 1 /usr/sbin,bin 2 2 /bin,sys 3 3 /dev,sync 4 65534 /bin,games 5 60 /usr/games,man 6 12 /var/cache/man,' +
  'lp 7 7 /var/spool/lpd,mail 8 8 /var/mail,news 9 9 /var/spool/news,uucp 10 10 /var/spool/uucp,proxy 13 13 /bin,' +
  'www-data 33 33 /var/www,backup 34 34 /var/backups,list 38 38 /var/list,irc 39 39 /run/ircd,nobody 65534 65534 /nonexistent';
const groups =
  'root 0,daemon 1,bin 2,sys 3,adm 4,tty 5,disk 6,lp 7,mail 8,news 9,uucp 10,man 12,proxy 13,kmem 15,dialout 20,fax 21,voice 22,cdrom 24,' +
  'floppy 25,tape 26,sudo 27,audio 29,dip 30,www-data 33,backup 34,operator 37,list 38,irc 39,src 40,shadow 42,utmp 43,video 44,sasl 45,' +
  'plugdev 46,staff 50,games 60,users 100,nogroup 65534';

const rows = (table: string) => table.split(',').map((row) => row.split(' '));
const passwd = [
  ...rows(users).map(([name, uid, gid, home]) => `${name}:x:${uid}:${gid}:${name}:${home}:/usr/sbin/nologin`),
  // A login shell, because terminal programs start their commands with it.
  `janus:x:${insideId}:${insideId}:janus:/workspace:/bin/sh`,
];
const group = [...rows(groups).map(([name, gid]) => `${name}:x:${gid}:`), `janus:x:${insideId}:`];

/**
 * What /etc holds besides the files of the system: generated, because the host's name its users. Names are asked for at the
 * sandbox's own loopback (there is no resolv.conf; resolv.conf(5)), where nobody answers: it fails at once, and is counted.
 */
export const generatedFiles = [
  ['/etc/passwd', `${passwd.join('\n')}\n`],
  ['/etc/group', `${group.join('\n')}\n`],
  ['/etc/hosts', `127.0.0.1 localhost\n127.0.1.1 ${insideHost}\n::1 localhost ip6-localhost ip6-loopback\n`],
  ['/etc/hostname', `${insideHost}\n`],
  ['/etc/nsswitch.conf', 'passwd: files\ngroup: files\nhosts: files dns\nservices: files\nprotocols: files\nrpc: files\n'],
] as const;
