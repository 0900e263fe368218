import { chownSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { TierName } from '../../src/domain/action/tier.js';
import { fallbackUid } from '../../src/adapters/sandbox/profile/account.js';
import { endOf, useChild } from '../support/children.js';
import { itAsRoot } from '../support/root.js';
import type { Attack } from '../support/sandbox/attacks.js';
import { describeAttacks, scriptOf } from '../support/sandbox/attacks.js';
import type { SandboxBench } from '../support/sandbox/sandboxes.js';
import { describeWithBwrap, openSandboxBench, tiersHere } from '../support/sandbox/sandboxes.js';

const memoryMb = 128;
const lib = 'import ctypes, mmap, os, time\nc = ctypes.CDLL(None, use_errno=True)\n';
const forever = '\ntime.sleep(4)\nprint("reached", flush=True)';

const tiers = await tiersHere();

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
    memory('empty files in /tmp', 'for i in range(1000000): os.mknod(f"/tmp/{i}")'),
    memory(
      'the stack',
      'import resource, sys\nresource.setrlimit(resource.RLIMIT_STACK, (-1, -1))\nsys.setrecursionlimit(10 ** 9)\nos.execv(sys.executable, [sys.executable, "-c", "import sys; sys.setrecursionlimit(10**9); f = lambda n: f(n + 1) + 1; f(0)"])',
    ),
  ],
  tiers,
);

const large = 'x = b"x" * (600 << 20)';

describeWithBwrap('files in /tmp and /dev/shm (spec X3)', () => {
  // A map beyond what there is ends by SIGBUS, without a word of its own.
  const bus =
    'import mmap; f = open("/dev/shm/x", "w+b"); f.truncate(300 << 20); m = mmap.mmap(f.fileno(), 300 << 20)\nfor i in range(300): m.write(bytes(1 << 20))';
  it.each([
    ['/tmp', 'head -c 300000000 /dev/zero > /tmp/x'],
    ['/dev/shm, by a map', `python3 -c '${bus}'`],
  ])('are memory, and the reason says so: %s', async (_, script) => {
    for (const tier of await tiersHere()) {
      const bench = await openSandboxBench(tier);
      const result = await bench.run(script, { limits: { memoryMb: 96 } });
      await bench.close();
      expect(result.note).toContain('/dev/shm');
      // Without a cgroup a burst may be over before anybody has looked: then it is a guess.
      if (tier !== 'rlimit') expect(result.reason).toBe('memory');
      expect(result.exitCode).not.toBe(0);
    }
  });

  it('may be as large as the memory that is allowed', async () => {
    const bench = await openSandboxBench();
    const { stdout, reason } = await bench.run('head -c 150000000 /dev/zero > /tmp/x; stat -c %s /tmp/x; echo $JANUS_MEMORY_MB', {
      limits: { memoryMb: 256 },
    });
    await bench.close();
    expect([reason, stdout.text]).toEqual(['exit', '150000000\n256\n']);
  });
});

describeWithBwrap('memory that is refused rather than taken (spec X3)', () => {
  const benches = new Map<TierName, SandboxBench>();
  beforeAll(async () => {
    for (const tier of tiers) benches.set(tier, await openSandboxBench(tier));
  });
  afterAll(() => Promise.all([...benches.values()].map((bench) => bench.close())));
  const run = (tier: TierName, python: string) => benches.get(tier)!.run(scriptOf({ python: lib + python }), { limits: { memoryMb } });

  it.each(tiers)('%s: one request for far more than is allowed is no failure that only its own words explain', async (tier) => {
    const result = await run(tier, large);
    if (tier === 'rlimit')
      expect(result).toMatchObject({
        reason: 'exit',
        exitCode: 1,
        note: expect.stringContaining('it says that it was refused memory (MemoryError)'),
      });
    else expect(result).toMatchObject({ reason: 'memory', exitCode: null });
  });

  it('rlimit: a failure after nearly as much was asked for as one process may is `memory`, measured', async () => {
    const asked = 'k = [mmap.mmap(-1, 48 << 20, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS) for i in range(10)]\ntime.sleep(0.5)\n';
    expect(await run('rlimit', `${asked}${large}`)).toMatchObject({
      reason: 'memory',
      note: expect.stringContaining('512 MB that one may'),
    });
    expect(await run('rlimit', asked)).toMatchObject({ reason: 'exit', exitCode: 0 });
  });
});

const attach = 'c.shmat.restype = ctypes.c_void_p; c.shmdt.argtypes = [ctypes.c_void_p]\n';
/** What is written, detached and belongs to nobody, as fast as that goes. */
const segments = (count: number) =>
  `${attach}for i in range(${count}):\n  s = c.shmget(0, 16 << 20, 0o1600); p = c.shmat(s, None, 0)\n  ctypes.memset(p, 1, 16 << 20); c.shmdt(p)\n`;

describeAttacks(
  'memory that belongs to no process (spec X3)',
  [
    memory('System V segments that nobody has attached', segments(20)),
    { ...memory('System V segments, faster than anybody looks', ''), python: `${lib}${segments(10)}` },
    memory('System V semaphores, which are memory of the kernel', 'for i in range(90): c.semget(0, 32000, 0o1600)'),
    memory(
      'System V messages of a byte each, likewise',
      'b = ctypes.create_string_buffer(9); ctypes.c_long.from_buffer(b).value = 1\nfor i in range(200):\n  q = c.msgget(0, 0o1600)\n  while c.msgsnd(q, b, 1, 0o4000) == 0: pass',
    ),
  ],
  tiers,
);

describeWithBwrap('memory that belongs to no process, where the worker is not root (spec X3)', () => {
  const worker = useChild('run-once');
  itAsRoot('is counted, also when it was written in the last moment, and a little of it does no harm', async () => {
    const root = mkdtempSync(join(tmpdir(), 'janus-test-'));
    chownSync(root, fallbackUid, fallbackUid);
    const run = async (count: number) => {
      const child = worker.startAs(
        fallbackUid,
        join(root, 'workspaces'),
        scriptOf({ python: `${lib}${segments(count)}` }),
        String(memoryMb),
      );
      return (await endOf(child)).messages;
    };
    expect(await run(10)).toEqual([expect.objectContaining({ reason: 'memory', note: expect.stringContaining('128 MB are') })]);
    expect(await run(2)).toEqual([expect.objectContaining({ reason: 'exit', exitCode: 0 })]);
    rmSync(root, { recursive: true });
  });
});
