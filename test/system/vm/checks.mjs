// Runs inside the virtual machine, as the account janus with a delegated cgroup; prints TAP on the serial console.
import { spawnSync } from 'node:child_process';

const results = [];

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

/** name, limits, command, what the result must hold */
const checks = [
  ['a harmless command runs', {}, ['/usr/bin/true'], { reason: 'exit', exit_code: 0 }],
];

for (const [name, limits, argv, wanted] of checks) {
  const result = sandbox(limits, argv);
  const ok = Object.entries(wanted).every(([key, value]) => JSON.stringify(result[key]) === JSON.stringify(value));
  results.push(ok);
  console.log(`${ok ? 'ok' : 'not ok'} ${results.length} - ${name}${ok ? '' : ` # wanted ${JSON.stringify(wanted)}, found ${JSON.stringify(result).slice(0, 600)}`}`);
}
console.log(`1..${results.length}`);
