import { expect } from '@jest/globals';
import type { Attack } from '../support/sandbox/attacks.js';
import { describeAttacks } from '../support/sandbox/attacks.js';
import { tiersHere } from '../support/sandbox/sandboxes.js';

const memoryMb = 128;
const lib = 'import ctypes, mmap, os, time\nc = ctypes.CDLL(None, use_errno=True)\n';
const forever = '\ntime.sleep(4)\nprint("reached", flush=True)';

/** 300 MB at once or step by step, in every kind of memory that there is, against 128 MB. */
const memory = (name: string, python: string): Attack => ({
  name,
  limits: { memoryMb },
  python: lib + python + forever,
  reason: 'memory',
  within: ({ peakMemoryMb, exitCode }, tier) => {
    expect(exitCode).toBeNull();
    // Measured: 5 to 55 MB over on the rlimit tier, nothing on a cgroup.
    expect(peakMemoryMb).toBeLessThanOrEqual(tier === 'rlimit' ? 4 * memoryMb : memoryMb);
  },
});

describeAttacks(
  'memory beyond the quota (spec X3)',
  [
    memory('malloc, megabyte by megabyte', 'x = []\nwhile True: x.append(bytearray(1 << 20))'),
    memory('malloc, all at once', 'x = bytearray(300 << 20)'),
    memory('in four processes, each within the limit', 'os.fork(); os.fork()\nx = bytearray(75 << 20)'),
    memory(
      'an anonymous private map',
      'm = mmap.mmap(-1, 300 << 20, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)\nfor i in range(300): m.write(bytes(1 << 20))',
    ),
    memory('an anonymous shared map', 'm = mmap.mmap(-1, 300 << 20)\nfor i in range(300): m.write(bytes(1 << 20))'),
    memory('memfd that is written, never mapped', 'f = os.memfd_create("x")\nfor i in range(300): os.write(f, bytes(1 << 20))'),
    memory('many small memfds', 'k = []\nfor i in range(300):\n  f = os.memfd_create("x"); os.write(f, bytes(1 << 20)); k.append(f)'),
    memory(
      'files in /dev/shm and /tmp and a heap, each within the limit',
      'for n in ("/dev/shm/a", "/tmp/b"):\n  f = open(n, "wb"); f.write(bytes(60 << 20)); f.flush()\nx = bytearray(60 << 20)',
    ),
    memory(
      'the stack',
      'import resource, sys\nresource.setrlimit(resource.RLIMIT_STACK, (-1, -1))\nsys.setrecursionlimit(10 ** 9)\nos.execv(sys.executable, [sys.executable, "-c", "import sys; sys.setrecursionlimit(10**9); f = lambda n: f(n + 1) + 1; f(0)"])',
    ),
  ],
  await tiersHere(),
);

const systemV = memory(
  'System V segments that nobody has attached',
  'c.shmat.restype = ctypes.c_void_p; c.shmdt.argtypes = [ctypes.c_void_p]\nfor i in range(20):\n  s = c.shmget(0, 16 << 20, 0o1600); p = c.shmat(s, None, 0)\n  ctypes.memset(p, 1, 16 << 20); c.shmdt(p); time.sleep(0.02)',
);

// On the rlimit tier only root can look into the IPC namespace: docs/sandbox-tiers.md.
if (process.getuid?.() === 0) describeAttacks('memory that belongs to no process (spec X3)', [systemV], await tiersHere());
