import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { architectures } from '../../src/adapters/sandbox/seccomp/architectures.js';
import type { Probe } from '../support/sandbox/prober.js';
import { describeWithProber, hasMachineCode, installProber, probe } from '../support/sandbox/prober.js';
import { label, probes } from '../support/sandbox/probes.js';
import type { SandboxBench } from '../support/sandbox/sandboxes.js';
import { bwrapPath, openSandboxBench } from '../support/sandbox/sandboxes.js';

const numbers = architectures[process.arch]?.numbers ?? {};
const known = probes.filter(({ call }) => numbers[call] !== undefined);
const calls: Probe[] = known.map((each) => ({ name: label(each), number: numbers[each.call]!, args: each.args }));

const proberSource = join(import.meta.dirname, '../support/sandbox/prober/prober.py');

/** Calls that any kernel would grant, or refuse with another number. */
const telling = [
  'unshare:nothing-at-all',
  'clone:NEWUSER',
  'clone3:nothing-new',
  'ptrace:TRACEME',
  'socket:NETLINK_GENERIC',
  'chown:to-another,-0',
  'personality:ADDR_NO_RANDOMIZE',
  'keyctl:GET_KEYRING_ID',
  'kcmp:itself',
  'openat2:a-file',
  'openat:4755',
  'adjtimex:read',
  'mknodat:set-gid-file',
  'process_vm_readv:the-first-process',
];

/** Each rule of the filter, tried by really making the call. */
describeWithProber('system calls of an action (spec X2)', () => {
  let bench: SandboxBench;
  let prober: string;
  let answers: Record<string, string>;
  beforeAll(async () => {
    bench = await openSandboxBench();
    prober = await installProber(bench);
    const workspace = await bench.workspace();
    writeFileSync(join(workspace, 'probed'), 'x', { mode: 0o666 });
    await bench.run('cp probed mine && mv -f mine probed');
    answers = await probe(bench, prober, calls);
  });
  afterAll(() => bench.close());

  it('were all made', () => {
    expect(Object.keys(answers).sort()).toEqual(known.map(label).sort());
  });

  it.each(known.filter(({ answer }) => answer !== 'allow').map((each) => [label(each), each.answer]))('%s is refused', (name, answer) => {
    expect(answers[name]).toBe(answer);
  });

  it.each(known.filter(({ answer }) => answer === 'allow').map((each) => [label(each)]))('%s is let through', (name) => {
    // TIOCGWINSZ on a file: the kernel's own ENOTTY.
    expect(['ok', '25']).toContain(answers[name]);
  });

  // Without this a kernel that refuses by itself would make every test above green, filter or not.
  it.each(telling)('%s is refused by the filter, not by the kernel', (name) => {
    const own = prober.startsWith('./') ? [join(bench.root, 'prober')] : ['/usr/bin/python3', proberSource];
    const { number, args = [] } = calls.find((each) => each.name === name)!;
    // The same call in a bare bwrap, which drops every capability and holds nothing else back.
    const bare = ['--unshare-all', '--cap-drop', 'ALL', '--new-session', '--ro-bind', '/', '/', '--dev', '/dev', '--tmpfs', '/mnt'];
    const answer = execFileSync(bwrapPath, [...bare, '--chdir', '/mnt', '--', ...own], {
      input: [name, number, ...args].join(' '),
      encoding: 'utf8',
    });
    expect(answer).toMatch(/ (ok|\d+)\n$/);
    expect(answer.trim()).not.toBe(`${name} ${answers[name] ?? ''}`);
  });

  (hasMachineCode && process.arch === 'x64' ? it : it.skip)('by the convention of 32 bits end the process', async () => {
    expect(await probe(bench, prober, [{ name: 'int80', number: -1 }])).toEqual({ int80: 'killed' });
  });

  it('that came after the filter was written do not exist', async () => {
    expect(
      await probe(bench, prober, [
        { name: 'later', number: 471 },
        { name: 'much-later', number: 600 },
      ]),
    ).toEqual({ later: '38', 'much-later': '38' });
  });

  (process.arch === 'x64' ? it : it.skip)('by the convention x32 do not exist', async () => {
    const x32 = (name: string) => ({ name, number: 0x4000_0000 + numbers[name]!, args: [0, 0, 0] });
    expect(await probe(bench, prober, [x32('ioctl'), x32('mount'), x32('ptrace')])).toEqual({ ioctl: '38', mount: '38', ptrace: '38' });
  });
});
