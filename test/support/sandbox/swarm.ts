import { readFileSync, readdirSync } from 'node:fs';

/** Processes by their own name for themselves, argv[0]; a zombie has none. What a sandbox is called does not count: its line holds the script. */
export function pidsCalled(mark: string): number[] {
  return readdirSync('/proc').flatMap((pid) => {
    try {
      return readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0')[0] === mark ? [Number(pid)] : [];
    } catch {
      return [];
    }
  });
}

/**
 * 200 processes that do what they can to outlive their action: own sessions, double forks, nohup, disowned, deaf to every signal that can be
 * ignored. `ready` is in the workspace once all are there; then the script goes on with `then`.
 */
export function swarm(mark: string, then: string): string {
  const run = `exec -a ${mark} sleep 300`;
  const quiet = '</dev/null >/dev/null 2>&1';
  return `
    trap "" TERM INT HUP QUIT USR1 USR2 PIPE ALRM TSTP
    for i in $(seq 40); do
      setsid bash -c '${run}' ${quiet} &
      (setsid bash -c '(${run}) &' ${quiet} &)
      nohup bash -c '${run}' ${quiet} &
      (${run}) ${quiet} & disown
      bash -c 'trap "" TERM INT HUP; ( ( ${run} ) & ) &' ${quiet} &
    done
    disown -a
    # Those named so, as the sandbox sees them.
    while [ "$(cat /proc/[0-9]*/cmdline 2>/dev/null | tr '\\0' '\\n' | grep -c '^${mark}$')" -lt 200 ]; do read -t 0.05 < <(:) || :; done
    touch /workspace/ready
    ${then}`;
}
