import { expect } from '@jest/globals';
import type { Attack } from '../support/sandbox/attacks.js';
import { describeAttacks } from '../support/sandbox/attacks.js';
import { tiersHere } from '../support/sandbox/sandboxes.js';

const processes = 30;
const pids = (name: string, what: Pick<Attack, 'bash' | 'python'>): Attack => ({
  name,
  limits: { processes },
  reason: 'pids',
  within: ({ peakProcesses }) => expect(peakProcesses).toBeLessThanOrEqual(processes),
  ...what,
});

const cpuSeconds = 1;
const cpu = (name: string, python: string, overshoot = 2): Attack => ({
  name,
  limits: { cpuSeconds, wallSeconds: 60 },
  python,
  reason: 'cpu',
  within: ({ cpuSeconds: used }) => expect(used).toBeLessThan(cpuSeconds + overshoot),
});
/** Burns so many seconds, then ends. */
const burn = (seconds: number) => `\n    e = time.process_time() + ${seconds}\n    while time.process_time() < e: pass\n    os._exit(0)`;
const careless = (seconds: number) =>
  `import os, signal, time\nsignal.signal(signal.SIGCHLD, signal.SIG_IGN)\nwhile True:\n  if os.fork() == 0:${burn(seconds)}\n  try: os.wait()\n  except OSError: pass`;

describeAttacks(
  'processes and CPU time beyond the quota (spec X3)',
  [
    pids('a fork bomb', { bash: 'f() { f | f & }; f; sleep 20; echo reached' }),
    pids('processes that leave their session', { bash: 'for i in $(seq 100); do setsid sleep 20 & done; wait; echo reached' }),
    pids('threads', {
      python:
        'import threading, time\nfor i in range(100):\n  try: threading.Thread(target=time.sleep, args=(20,)).start()\n  except RuntimeError: time.sleep(0.05)\nprint("reached")',
    }),
    cpu('one process', 'while True: pass', 1),
    cpu('one process that ignores SIGXCPU', 'import signal\nsignal.signal(signal.SIGXCPU, signal.SIG_IGN)\nwhile True: pass', 1),
    cpu('several at once, each within the limit', 'import os\nos.fork(); os.fork()\nwhile True: pass'),
    cpu('one after the other, each waited for', `import os, time\nwhile True:\n  if os.fork() == 0:${burn(0.2)}\n  os.wait()`),
    cpu(
      'orphans, which nobody of the action waits for',
      `import os, time\nwhile True:\n  if os.fork() == 0:\n    if os.fork() == 0:\n      time.sleep(0)\n    else: os._exit(0)${burn(0.2)}\n  os.wait(); time.sleep(0.2)`,
    ),
    cpu('children that vanish because SIGCHLD is ignored', careless(0.4)),
    cpu('the same, each shorter than a sample', careless(0.01)),
    cpu(
      '10,000 short-lived children',
      'import os\nfor i in range(10000):\n  if os.fork() == 0: os._exit(sum(range(30000)) * 0)\n  os.wait()\nprint("done")',
    ),
  ],
  await tiersHere(),
);
