/** A program that nobody here wrote, with work for it and what it must print; `program` is what has to be installed for it. */
export interface OrdinaryWork {
  readonly what: string;
  readonly program: string;
  readonly script: string;
  readonly output: string | RegExp;
}

const work = (program: string, what: string, script: string, output: string | RegExp): OrdinaryWork => ({ what, program, script, output });

const fileStores =
  'public class T { public static void main(String[] a) throws Exception { var n = 0; for (var s : java.nio.file.FileSystems.getDefault().getFileStores()) n++;' +
  ' System.out.println(java.security.Security.getProviders().length > 0 && n > 0); System.out.println(java.net.InetAddress.getLocalHost().getHostName()); } }';

/** Each found something wrong once, or stands for a kind of its own: what it asks of the system is in its name. */
export const ordinaryWork: readonly OrdinaryWork[] = [
  // The system's own files.
  work('java', 'java: its security files, file systems, own name', `echo '${fileStores}' > T.java && java T.java`, 'true\njanus-sandbox\n'),
  work('mvn', 'mvn: its configuration', 'mvn --version | grep -c "Apache Maven"', '1\n'),
  work(
    'openssl',
    'openssl: a request, with the configuration of the system',
    'openssl req -x509 -newkey rsa:2048 -nodes -subj /CN=x -keyout k -out c 2>/dev/null && openssl x509 -in c -noout -subject',
    /CN ?= ?x\n$/,
  ),
  work('dpkg', 'dpkg: what is installed', 'dpkg -s dpkg | grep ^Status', 'Status: install ok installed\n'),
  work('apt-cache', 'apt-cache: the version that is installed', 'apt-cache policy dpkg 2>/dev/null | grep -c "Installed: [0-9]"', '1\n'),
  work(
    'dpkg-deb',
    'dpkg-deb: a package',
    'mkdir -p p/DEBIAN && printf "Package: x\\nVersion: 1\\nArchitecture: all\\nMaintainer: x <x@x>\\nDescription: x\\n" > p/DEBIAN/control && dpkg-deb --root-owner-group -b p p.deb >/dev/null && dpkg-deb -f p.deb Version',
    '1\n',
  ),
  work('rpm', 'rpm: where it keeps its list', 'rpm --eval "%{_arch}"', /\w\n$/),
  work('update-alternatives', 'update-alternatives: what a link was chosen for', 'update-alternatives --query awk | grep -c ^Value', '1\n'),
  work('file', 'file: the magic of the system', 'echo "#!/bin/sh" > s && file -b s', /shell script/),
  work('man', 'man: a page, formatted', `printf '.TH X 1\\n.SH NAME\\nx \\\\- y\\n' > x.1 && man -l x.1 2>&1 | grep -c NAME`, '1\n'),
  work('fc-list', 'fontconfig: its configuration', 'fc-list 2>&1 >/dev/null | wc -l', '0\n'),
  work('locale', 'locale', 'locale -a | grep -ci "^C.utf-\\?8"', '1\n'),
  work('iconv', 'iconv: the tables of the library', 'printf "\\344" | iconv -f latin1 -t utf-8', 'ä'),
  work(
    'getent',
    'getent: own name, accounts, services, protocols',
    'getent hosts $(hostname) | tr -s " "; getent passwd root janus | cut -d: -f1,3; getent group tty | cut -d: -f3; getent services ssh/tcp | cut -d" " -f1; getent protocols udp | cut -d" " -f1',
    '127.0.1.1 janus-sandbox\nroot:0\njanus:1000\n5\nssh\nudp\n',
  ),
  work('df', 'df: mounts by way of mtab', 'df --output=target /workspace | tail -1', '/workspace\n'),
  work('date', 'date: zones', 'TZ=Europe/Berlin date -d @0 +%Z', 'CET\n'),
  // The network of its own.
  work('ip', 'ip: interfaces', 'ip -o link | cut -d: -f2', ' lo\n'),
  work(
    'node',
    'node: interfaces, own name',
    `node -p 'Object.keys(os.networkInterfaces()) + " " + os.hostname() + " " + os.userInfo().shell'`,
    'lo janus-sandbox /bin/sh\n',
  ),
  work(
    'curl',
    'curl and a server on the own name',
    'echo hello > f; python3 -m http.server --bind $(hostname) 8000 >/dev/null 2>/dev/null & curl -s --retry 50 --retry-delay 0 --retry-connrefused --retry-max-time 9 http://$(hostname):8000/f; kill %1',
    'hello\n',
  ),
  work(
    'socat',
    'socat: a socket in the workspace',
    'socat UNIX-LISTEN:s EXEC:"echo hello" & until [ -S s ]; do sleep 0.01; done; socat - UNIX-CONNECT:s,retry=50,interval=0.1; wait',
    'hello\n',
  ),
  work('ssh-keygen', 'ssh-keygen: who am I', `ssh-keygen -q -t ed25519 -N '' -f k && cut -d' ' -f3 k.pub`, 'janus@janus-sandbox\n'),
  // Accounts, modes, terminals.
  work(
    'tmux',
    'tmux: a command in the background, by the login shell',
    // The session outlives its word: a server that ends with its last session may be gone before anybody waits for it.
    'tmux -f /dev/null new -d "echo hello > t; tmux wait -S done; cat" && tmux wait done && cat t && tmux kill-server',
    'hello\n',
  ),
  work(
    'fakeroot',
    'fakeroot: files of root in an archive',
    'touch f && fakeroot sh -c "chown root:root f && tar -cf a.tar f" && tar -tvf a.tar | cut -d" " -f2',
    'root/root\n',
  ),
  work('script', 'script: a terminal of its own', `script -qec tty /dev/null | tr -d '\\r'`, '/dev/pts/0\n'),
  work('vim', 'vim', 'printf "a\\n" > f && vim -Nesu NONE -c "s/a/b/" -c wq f; cat f', 'b\n'),
  work('ed', 'ed', `printf 'a\\nx\\n.\\nw f\\nq\\n' | ed -s && cat f`, 'x\n'),
  work(
    'gpg',
    'gpg: a folder and an agent of its own',
    'echo x > f && gpg -q --batch --passphrase y -o f.gpg -c f && gpg -q --batch --passphrase y -d f.gpg',
    'x\n',
  ),
  work(
    'python3',
    'python3: accounts, semaphores, processes',
    `python3 -c 'import pwd, multiprocessing as m; print(pwd.getpwuid(0).pw_name); p = m.Pool(2); print(sum(p.map(abs, [-1, -2]))); p.close()'`,
    'root\n3\n',
  ),
  work(
    'perl',
    'perl: accounts and modules of the system',
    `perl -MNet::Config -e 'print scalar(getpwuid 0), " ", (getpwuid $<)[8], "\\n"'`,
    'root /bin/sh\n',
  ),
  work('git', 'git: a shared repository', 'git init -q --shared r && stat -c %A r/.git | cut -c5-7', 'rws\n'),
  work(
    'tar',
    'tar: the bits of a folder',
    'mkdir d && chmod 2770 d && tar -cf a.tar d && rmdir d && tar -xpf a.tar && stat -c %a d',
    '2770\n',
  ),
  // Builders.
  work(
    'g++',
    'g++: exceptions, threads',
    `printf '#include <thread>\\n#include <cstdio>\\nint main() { std::thread([]{}).join(); try { throw 1; } catch (int i) { printf("%%d\\\\n", i); } }' > a.cc && g++ -pthread -o a a.cc && ./a`,
    '1\n',
  ),
  work('make', 'make: jobs at once', `printf 'all: a b\\na b:\\n\\t@echo $@\\n' > Makefile && make -j2 | sort`, 'a\nb\n'),
  work('cmake', 'cmake', `echo 'message("\${CMAKE_HOST_SYSTEM_NAME}")' > s.cmake && cmake -P s.cmake 2>&1`, 'Linux\n'),
  work('npm', 'npm: a package', 'npm init -y >/dev/null && npm pkg get version', '"1.0.0"\n'),
  work('msgfmt', 'msgfmt', `printf 'msgid "a"\\nmsgstr "b"\\n' > a.po && msgfmt -o a.mo a.po && wc -c < a.mo`, /^\d+\n$/),
  // Everyday tools.
  work('sort', 'sort: 70 MB, by way of /tmp', `seq -f '%099.0f' 700000 | sort -r -S 8M | sed -n '1s/^0*//p'`, '700000\n'),
  work('jq', 'jq', `echo '{"a":[1,2]}' | jq -c '.a | add'`, '3\n'),
  work(
    'sqlite3',
    'sqlite3: a journal and locks',
    'sqlite3 d "pragma journal_mode=wal; create table t(a); insert into t values (1); select count(*) from t"',
    'wal\n1\n',
  ),
  work('zip', 'zip and unzip', 'echo x > f && zip -q a.zip f && rm f && unzip -q a.zip && cat f', 'x\n'),
  work('xz', 'xz: threads', 'seq 10000 | xz -T2 | xz -d | tail -1', '10000\n'),
  work('zstd', 'zstd', 'seq 10000 | zstd -q | zstd -dq | tail -1', '10000\n'),
  work('bc', 'bc', 'echo "2^64" | bc', '18446744073709551616\n'),
  work('patch', 'diff and patch', 'seq 3 > a; seq 4 > b; diff -u a b > p; patch -s a p && tail -1 a', '4\n'),
  work('ps', 'ps: own processes', 'ps -o comm= -p $$', 'bash\n'),
  work('awk', 'awk, by way of alternatives', `echo 1 2 | awk '{ print $1 + $2 }'`, '3\n'),
  work('tclsh', 'tclsh', `echo 'puts [expr 1+1]' | tclsh`, '2\n'),
  work('less', 'less: pages as they are', 'echo x | less -F', 'x\n'),
];
