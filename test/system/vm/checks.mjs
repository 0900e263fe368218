// Runs inside the virtual machine, as the account janus; prints TAP on the serial console. First in a unit with a delegated cgroup, then,
// as `session`, in a login session, which has none: there the user's systemd is asked for a scope.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, readdirSync } from 'node:fs';

/** The very path that actions take, with its result as JSON. */
function sandbox(limits, argv) {
  const flags = Object.entries(limits).flatMap(([name, amount]) => ['--limit', `${name}=${amount}`]);
  const child = spawnSync('/opt/node', ['/opt/janus/cli/main.js', 'sandbox', 'run', '--json', ...flags, '--', ...argv], {
    encoding: 'utf8',
    env: { JANUS_HOME: '/srv/janus', PATH: '/usr/bin:/bin', HOME: '/srv/janus' },
    timeout: 120_000,
  });
  try {
    return JSON.parse(child.stdout);
  } catch {
    return { reason: 'no result', stderr: child.stderr, status: child.status };
  }
}

const bash = (script) => ['/usr/bin/bash', '-c', script];
const python = (script) => ['/usr/bin/python3', '-c', script];

const untilRefused = (file) =>
  python(
    `import os\nf = os.open('${file}', os.O_CREAT | os.O_WRONLY)\n${file === 'gone' ? "os.unlink('gone')\n" : ''}n = 0\ntry:\n  while True: n += os.write(f, b'x' * (1 << 20))\nexcept OSError as e: print(e.errno, n >> 20)`,
  );

const inUnit = [
  {
    name: 'a harmless command runs, on cgroup v2',
    limits: {},
    argv: ['/usr/bin/true'],
    wanted: { reason: 'exit', exit_code: 0, tier: 'cgroup-v2' },
  },
  {
    name: 'memory by malloc',
    limits: { memory: '64M' },
    argv: python('x = bytearray(300 << 20)\nprint(len(x))'),
    wanted: { reason: 'memory' },
  },
  {
    name: 'memory by memfd, which no rlimit sees',
    limits: { memory: '64M' },
    argv: python("import os\nf = os.memfd_create('x')\nfor _ in range(200): os.write(f, b'x' * (1 << 20))"),
    wanted: { reason: 'memory' },
  },
  {
    name: 'processes',
    limits: { pids: '16', wall: '20s' },
    argv: bash('for i in $(seq 100); do sleep 30 & done; wait'),
    wanted: { reason: 'pids' },
  },
  { name: 'CPU time', limits: { cpu: '2s', wall: '60s' }, argv: bash('while :; do :; done'), wanted: { reason: 'cpu' } },
  {
    name: 'CPU time of children that nobody waits for',
    limits: { cpu: '3s', wall: '90s' },
    argv: python(
      'import os, signal\nsignal.signal(signal.SIGCHLD, signal.SIG_IGN)\nwhile True:\n  if os.fork() == 0:\n    for i in range(3000000): pass\n    os._exit(0)\n  import time; time.sleep(0.3)',
    ),
    wanted: { reason: 'cpu' },
  },
  { name: 'wall clock', limits: { wall: '2s' }, argv: ['/usr/bin/sleep', '60'], wanted: { reason: 'wall' } },
  { name: 'a large file', limits: { disk: '32M', wall: '60s' }, argv: bash('head -c 200M /dev/zero > big'), wanted: { reason: 'disk' } },
  {
    name: 'a file under a project quota of 40 MB, by the kernel (EDQUOT is 122)',
    limits: { disk: '1G', wall: '60s' },
    argv: untilRefused('big'),
    wanted: { reason: 'exit' },
    says: /^122 (3\d|40)$/m,
  },
  {
    name: 'a file without a name under the same quota',
    limits: { disk: '1G', wall: '60s' },
    argv: untilRefused('gone'),
    wanted: { reason: 'exit' },
    says: /^122 (3\d|40)$/m,
  },
  {
    name: 'many files',
    limits: { inodes: '500', wall: '60s' },
    argv: bash('for i in $(seq 5000); do : > file-$i; done'),
    wanted: { reason: 'inodes' },
  },
];

const inSession = [
  {
    name: 'in a login session: a harmless command runs, in a scope of the user',
    limits: {},
    argv: ['/usr/bin/true'],
    wanted: { reason: 'exit', exit_code: 0, tier: 'user-scope' },
  },
  {
    name: 'in a login session: memory by memfd, which no rlimit sees',
    limits: { memory: '64M' },
    argv: python("import os\nf = os.memfd_create('x')\nfor _ in range(200): os.write(f, b'x' * (1 << 20))"),
    wanted: { reason: 'memory', tier: 'user-scope' },
  },
  {
    name: 'in a login session: processes',
    limits: { pids: '16', wall: '20s' },
    argv: bash('for i in $(seq 100); do sleep 30 & done; wait'),
    wanted: { reason: 'pids', tier: 'user-scope' },
  },
  {
    name: 'in a login session: CPU time of children that nobody waits for',
    limits: { cpu: '3s', wall: '90s' },
    argv: python(
      'import os, signal\nsignal.signal(signal.SIGCHLD, signal.SIG_IGN)\nwhile True:\n  if os.fork() == 0:\n    for i in range(3000000): pass\n    os._exit(0)\n  import time; time.sleep(0.3)',
    ),
    wanted: { reason: 'cpu', tier: 'user-scope' },
  },
  {
    name: 'in a login session: wall clock, with 50 processes to kill',
    limits: { wall: '3s' },
    argv: bash('for i in $(seq 50); do setsid sleep 60 & done; wait'),
    wanted: { reason: 'wall', tier: 'user-scope' },
  },
];

function judge({ limits, argv, wanted, says = /(?:)/ }) {
  const result = sandbox(limits, argv);
  const isAsWanted = Object.entries(wanted).every(([key, value]) => JSON.stringify(result[key]) === JSON.stringify(value));
  if (isAsWanted && says.test(result.stdout?.text ?? '')) return '';
  return `wanted ${JSON.stringify(wanted)}, found ${JSON.stringify(result).slice(0, 600)}`;
}

/** Every scope ends with its last process; systemd takes a moment to tidy up. */
function scopesLeft() {
  const [, path = ''] = readFileSync('/proc/self/cgroup', 'utf8').split('::');
  const uid = process.getuid();
  const folder = `/sys/fs/cgroup/user.slice/user-${uid}.slice/user@${uid}.service/app.slice`;
  if (!path.startsWith(`/user.slice/user-${uid}.slice/session-`)) return `this is no login session: ${path}`;
  if (!existsSync(folder)) return `there never was a scope in ${folder}`;
  const left = () => readdirSync(folder).filter((name) => name.startsWith('janus-'));
  for (const end = Date.now() + 20_000; Date.now() < end && left().length > 0;) spawnSync('/usr/bin/sleep', ['0.2']);
  return left().join(' ');
}

const isSession = process.argv[2] === 'session';
const ownChecks = (isSession ? inSession : inUnit).map((check) => ({ name: check.name, problem: () => judge(check) }));
if (isSession) ownChecks.push({ name: 'in a login session: no scope is left', problem: scopesLeft });
let count = isSession ? inUnit.length : 0;
for (const { name, problem } of ownChecks) {
  const found = problem();
  count += 1;
  process.stdout.write(`${found === '' ? 'ok' : 'not ok'} ${count} - ${name} (spec X3)${found === '' ? '' : ` # ${found}`}\n`);
}
// Said by the last part, for both: where it is missing the machine counts as failed.
if (isSession) process.stdout.write(`1..${count}\n`);
