import { expect } from '@jest/globals';
import type { CommandResult } from '../../src/domain/action/result.js';
import type { Attack } from '../support/sandbox/attacks.js';
import { describeAttacks } from '../support/sandbox/attacks.js';
import { tiersHere } from '../support/sandbox/sandboxes.js';

const diskWriteMb = 32;
const mebibyte = 1_048_576;

/** A disk writes a gigabyte a second: what fits between two looks. */
const someSamples = ({ bytesWritten }: CommandResult) => expect(bytesWritten / mebibyte).toBeLessThan(diskWriteMb + 512);

const disk = (name: string, what: Pick<Attack, 'bash' | 'python' | 'refused'>, within: Attack['within'] = someSamples): Attack => ({
  name,
  limits: { diskWriteMb },
  reason: 'disk',
  within,
  ...what,
});

/** The kernel refuses the next byte; the folder's own block is written too. */
const exactly = ({ bytesWritten }: CommandResult) => expect(bytesWritten).toBeLessThan((diskWriteMb + 1) * mebibyte);

const inodesMax = 1_000;
/** Names are made at 30,000 a second here, and counted five times a second. */
const inodes = (name: string, python: string): Attack => ({
  name,
  limits: { inodes: inodesMax },
  python,
  reason: 'inodes',
  within: ({ inodes: made = 0 }) => {
    expect(made).toBeGreaterThan(inodesMax);
    expect(made).toBeLessThan(inodesMax + 100_000);
  },
});

describeAttacks(
  'disk beyond the quota (spec X3)',
  [
    disk('one large file', { bash: 'head -c 200000000 /dev/zero > big && echo reached' }, exactly),
    disk(
      'one large file, the signal ignored',
      { bash: 'trap "" XFSZ; head -c 200000000 /dev/zero > big && echo reached', refused: /File too large/ },
      exactly,
    ),
    disk('many files', { bash: 'for i in $(seq 1000); do head -c 1000000 /dev/zero > file-$i; done; echo reached' }),
    {
      name: 'a workspace that is full already',
      limits: { diskWriteMb: 1_024, workspaceMb: 48 },
      bash: 'for i in $(seq 100); do head -c 1000000 /dev/zero > file-$i; done; sleep 5; echo reached',
      reason: 'disk',
      within: someSamples,
    },
    disk('a sparse terabyte', { bash: 'truncate -s 1T sparse && echo reached' }, exactly),
    disk(
      'a sparse terabyte, the signal ignored',
      { python: 'open("s", "w").truncate(1 << 40); print("reached")', refused: /File too large/ },
      exactly,
    ),
    disk('unlinked files that stay open', {
      python:
        'import os\nk = []\nfor i in range(1000):\n  f = open("x", "wb"); os.unlink("x"); f.write(bytes(1 << 20)); f.flush(); k.append(f)\nprint("reached")',
    }),
    disk('space that is reserved, never written, and unlinked', {
      python:
        'import os, time\nk = []\nfor i in range(200):\n  f = open("x", "wb"); os.unlink("x"); os.posix_fallocate(f.fileno(), 0, 1 << 20); k.append(f); time.sleep(0.01)\ntime.sleep(4)\nprint("reached")',
    }),
    disk('a file of 6 MB, written over and over', { bash: 'for i in $(seq 500); do head -c 6000000 /dev/zero > same; done; echo reached' }),
    disk('the same by short children that nobody waits for', {
      python:
        'import os, signal, time\nsignal.signal(signal.SIGCHLD, signal.SIG_IGN)\nfor i in range(300):\n  if os.fork() == 0:\n    f = open("same", "wb"); f.write(bytes(6 << 20)); f.close(); time.sleep(0.1); os._exit(0)\n  try: os.wait()\n  except OSError: pass\nprint("reached")',
    }),
    inodes('many empty files', 'i = 0\nwhile True:\n  open("f%d" % i, "w").close(); i += 1'),
    inodes('hard links', 'import os\nopen("f", "w").close(); i = 0\nwhile True:\n  os.link("f", "l%d" % i); i += 1'),
    inodes('symbolic links to everywhere', 'import os\ni = 0\nwhile True:\n  os.symlink("/", "l%d" % i); i += 1'),
    inodes('folders a thousand deep', 'import os\nwhile True:\n  os.mkdir("d"); os.chdir("d")'),
    inodes(
      'a folder that nobody may read',
      'import os\nos.mkdir("h"); os.chdir("h"); os.chmod(".", 0o300); i = 0\nwhile True:\n  open("f%d" % i, "w").close(); i += 1',
    ),
    { ...inodes('a burst, and out', 'for i in range(1500): open("f%d" % i, "w").close()'), name: 'a burst that ends before the next look' },
  ],
  await tiersHere(),
);

describeAttacks(
  'disk that is memory: /dev/shm and /tmp (spec X2, X3)',
  ['/dev/shm', '/tmp'].map((folder) => ({
    name: `fill ${folder}`,
    limits: { memoryMb: 96 },
    bash: `head -c 200000000 /dev/zero > ${folder}/big && echo reached`,
    reason: 'memory' as const,
    refused: /No space left on device/,
    within: (result) => expect(result.exitCode).not.toBe(0),
  })),
  await tiersHere(),
);
