import { expect } from '@jest/globals';
import type { Attack } from '../support/sandbox/attacks.js';
import { describeAttacks } from '../support/sandbox/attacks.js';
import { tiersHere } from '../support/sandbox/sandboxes.js';

const outputBytes = 100_000;
const flood = (name: string, bash: string): Attack => ({
  name,
  limits: { outputBytes },
  bash,
  reason: 'output',
  within: ({ stdout, stderr }) => {
    // To the byte: what comes beyond is not read.
    expect(stdout.bytes + stderr.bytes).toBe(outputBytes);
    expect(stdout.text.length).toBeLessThanOrEqual(16_384);
  },
});

const wallSeconds = 1;
const wall = (name: string, bash: string): Attack => ({
  name,
  limits: { wallSeconds },
  bash,
  reason: 'wall',
  within: ({ wallSeconds: took }) => {
    expect(took).toBeGreaterThanOrEqual(wallSeconds);
    expect(took).toBeLessThan(wallSeconds + 5);
  },
});

describeAttacks(
  'output, time and descriptors beyond the quota (spec X3)',
  [
    flood('17 GB to stdout', 'head -c 17000000000 /dev/zero; echo reached'),
    flood('lines without end', 'yes'),
    flood('to stderr', 'yes >&2'),
    flood('to both', 'yes & yes >&2'),
    flood('bytes that are no text', 'head -c 17000000000 /dev/urandom'),
    flood('by a child in a session of its own', 'setsid yes & sleep 20; echo reached'),
    wall('sleep', 'sleep 20; echo reached'),
    wall('stop itself, so that no signal but one arrives', 'kill -STOP $$; echo reached'),
    wall(
      'ignore every signal that can be',
      'trap "" HUP INT QUIT TERM USR1 USR2 PIPE ALRM XCPU XFSZ; while :; do sleep 1; done; echo reached',
    ),
    wall(
      'children that ignore SIGTERM and hold the output open',
      'for i in 1 2 3; do (trap "" TERM; setsid sleep 20) & done; wait; echo reached',
    ),
    wall('wait for input that never comes', 'sleep 20 | cat; echo reached'),
    {
      name: 'open 1,000 files of 64 allowed',
      limits: { openFiles: 64 },
      python: 'k = [open("/dev/null") for i in range(1000)]\nprint("reached")',
      reason: 'exit',
      refused: /Too many open files/,
      within: ({ exitCode }) => expect(exitCode).toBe(1),
    },
    {
      name: 'raise its own limits',
      limits: { openFiles: 64 },
      bash: 'ulimit -n 65536 && echo reached; prlimit --pid $$ --fsize=unlimited:unlimited && echo reached; exit 1',
      reason: 'exit',
      refused: /Operation not permitted/,
      within: ({ exitCode }) => expect(exitCode).toBe(1),
    },
    {
      name: 'end by a signal of its own',
      limits: {},
      bash: 'kill -SEGV $$; echo reached',
      reason: 'signal',
      within: (result) => expect(result).toMatchObject({ signal: 'SIGSEGV', exitCode: 139 }),
    },
  ],
  await tiersHere(),
);
