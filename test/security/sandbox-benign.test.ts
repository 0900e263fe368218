import { existsSync } from 'node:fs';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { SandboxBench } from '../support/sandbox/sandboxes.js';
import { describeWithBwrap, openSandboxBench } from '../support/sandbox/sandboxes.js';

/** Honest work must not notice the walls. What a machine does not have is said, not passed over. */
describeWithBwrap('honest work in the sandbox (spec X2)', () => {
  let bench: SandboxBench;
  beforeAll(async () => {
    bench = await openSandboxBench();
  });
  afterAll(() => bench.close());

  const work: readonly (readonly [what: string, program: string, script: string, output: string])[] = [
    [
      'git',
      'git',
      'git init -q r && cd r && git config user.email a@b && git config user.name a && echo x > f && git add f && git commit -qm first && git log --format=%s && git fsck',
      'first\n',
    ],
    [
      'node: files, children, timers, workers',
      'node',
      `node -e 'const fs = require("fs"); fs.writeFileSync("n", "1"); require("child_process").execFileSync("/usr/bin/true"); new (require("worker_threads").Worker)("process.exit(0)", { eval: true }).on("exit", () => setTimeout(() => console.log("node " + fs.readFileSync("n")), 5))'`,
      'node 1\n',
    ],
    [
      'node: a server of its own',
      'node',
      `node -e 'const s = require("http").createServer((q, r) => r.end("ok")).listen(0, "127.0.0.1", () => require("http").get({ host: "127.0.0.1", port: s.address().port }, (r) => r.on("data", (d) => { console.log(String(d)); process.exit(); })))'`,
      'ok\n',
    ],
    [
      'python3: threads, subprocesses, sockets',
      'python3',
      `python3 -c 'import threading, subprocess, socket; t = threading.Thread(target=lambda: None); t.start(); t.join(); subprocess.run(["true"], check=True); socket.socketpair(); socket.socket(); print("python")'`,
      'python\n',
    ],
    ['perl', 'perl', `perl -e 'open(F, ">", "p") or die; print F 1; close F; print -s "p", "\\n"'`, '1\n'],
    ['tar and gzip', 'tar', 'mkdir d && echo x > d/f && tar -czf d.tar.gz d && rm -r d && tar -xzf d.tar.gz && cat d/f', 'x\n'],
    [
      'tar with the modes of the archive',
      'tar',
      'mkdir m && touch m/f && chmod 751 m/f && tar -cf m.tar m && rm -r m && tar -xpf m.tar && stat -c %a m/f',
      '751\n',
    ],
    ['gcc', 'gcc', `printf '#include <stdio.h>\\nint main(void) { puts("built"); return 0; }\\n' > a.c && gcc -o a a.c && ./a`, 'built\n'],
    ['a file of 100 MB', 'head', 'head -c 100000000 /dev/zero > big && stat -c %s big && rm big', '100000000\n'],
    ['50 processes at once', 'sleep', 'for i in $(seq 50); do sleep 0.3 & done; jobs | wc -l; wait; echo done', '50\ndone\n'],
    [
      'job control',
      'bash',
      'set -m; sleep 30 & kill -STOP %1; sleep 0.1; jobs -s | wc -l; kill -CONT %1; kill %1; wait %1; echo $?',
      '1\n143\n',
    ],
    ['fifos, sockets and locks', 'flock', 'mkfifo f1 && (echo x > f1 &) && cat f1 && flock lock echo locked', 'x\nlocked\n'],
    [
      'links, sparse files and times',
      'truncate',
      'truncate -s 1M s && ln s h && ln -s s l && touch -d 2001-01-01 s && stat -L -c %s:%Y l',
      '1048576:978307200\n',
    ],
    ['sticky and group-writable folders', 'chmod', 'mkdir c && chmod 1777 c && stat -c %a c', '1777\n'],
    ['standard error by its name', 'tee', 'echo e > /dev/stderr; echo o | tee /dev/stderr', 'o\n'],
    ['threads that sort', 'sort', 'seq 100000 | sort -R | sort -n --parallel=2 | tail -1', '100000\n'],
  ];

  it.each(work)('%s', async (what, program, script, output) => {
    if (!existsSync(`/usr/bin/${program}`) && process.env['CI'] === undefined) {
      process.stderr.write(`\nSKIPPED: ${what}: ${program} is not installed\n`);
      return;
    }
    const { stdout, stderr, exitCode } = await bench.run(script);
    expect({ exitCode, output: stdout.text, error: exitCode === 0 ? '' : stderr.text }).toEqual({ exitCode: 0, output, error: '' });
  });
});
