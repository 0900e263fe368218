import { lstatSync, readdirSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, it } from '@jest/globals';
import { collect } from '../../src/adapters/sandbox/workspace/collect.js';
import { startJanitor } from '../../src/adapters/sandbox/upkeep/janitor.js';
import type { Canary } from '../support/sandbox/hostile.js';
import { plantCanary } from '../support/sandbox/hostile.js';
import type { SandboxBench } from '../support/sandbox/sandboxes.js';
import { describeWithBwrap, openSandboxBench } from '../support/sandbox/sandboxes.js';

/** Each is what an action itself does in its workspace, in Python; it prints `made` when it is there. */
const attacks: readonly (readonly [name: string, code: string])[] = [
  ['a tree that no path reaches', 'for i in range(400): os.mkdir("d"*120); os.chdir("d"*120)\nopen("bottom","w").close()'],
  [
    'a tree of folders that it closes behind itself',
    'open("f","w").close()\nfor i in range(60):\n os.mkdir("c"); os.chdir("c"); os.chmod("..", 0)',
  ],
  ['the workspace closed to everybody', 'open("x","w").write("x"); os.chmod("/workspace", 0)'],
  [
    'links to everything outside',
    'for n,t in {"r":"/","p":"..","pp":"../..","e":"/etc/passwd","s":"/proc/self/root","l":"l","n":"/no/such","o":"../janus-00000000beef.output"}.items(): os.symlink(t,n)',
  ],
  ['a link in the place of each folder that was listed before', 'os.makedirs("a/b/c"); os.rename("a","z"); os.symlink("z/b/c","a")'],
  ['pipes that nobody writes to', 'for i in range(200): os.mkfifo(f"p{i}")'],
  ['sockets', 'import socket\nfor i in range(50): socket.socket(socket.AF_UNIX).bind(f"s{i}")'],
  ['hard links to its own file, a thousand', 'open("f","w").write("x")\nfor i in range(1000): os.link("f",f"l{i}")'],
  [
    'names that are no text',
    'for b in range(128,256): open(bytes([b,b]),"w").close()\nos.mkdir(b"\\xff"); open(b"\\xff/\\xfe","w").close()',
  ],
  [
    'names that are commands',
    'for n in ["-rf","--","$(id)","`id`",";id","*","?","~","\\n","\\x1b[2J","\\u202e"," ","..."]: open(n,"w").close()',
  ],
  [
    'the names that Janus gives',
    'os.makedirs(".janus-removed-0123456789abcdef/workspace"); os.makedirs("janus-000000000001.output"); open("operator-run.json","w").write("{}")',
  ],
  ['thirty thousand files', 'for i in range(30000): open(str(i),"w").close()'],
  [
    'a thousand folders in each other and beside each other',
    'open("f","w").close()\nfor i in range(1000): os.makedirs(f"a{i%30}/b{i%20}/c{i}")',
  ],
  ['a sparse file', 'f=open("sparse","wb"); f.truncate(900*1024*1024); f.close()'],
  ['times of long ago and far ahead', 'open("f","w").close(); os.utime("f",(0,0)); os.utime("/workspace",(2**33,2**33))'],
  ['access lists and attributes', 'open("f","w").close()\ntry: os.setxattr("f","user.x",b"y"*1000)\nexcept OSError: pass'],
  [
    'read-only folders in read-only folders',
    'os.makedirs("a/b/c/d"); open("a/b/c/d/f","w").close()\nfor p in ["a/b/c/d","a/b/c","a/b","a"]: os.chmod(p,0o500)',
  ],
  ['a workspace that is its own only link', 'os.symlink("/workspace","w"); os.symlink("w/w/w/w/w/w","v")'],
];

describeWithBwrap('what an action leaves behind (spec X2, X10)', () => {
  let bench: SandboxBench;
  let canary: Canary;
  let root: string;
  beforeAll(async () => {
    bench = await openSandboxBench();
    root = join(bench.root, 'workspaces');
    canary = plantCanary(bench.root);
  });
  beforeEach(async () => {
    await bench.workspace();
  });
  afterAll(() => bench.close());

  it.each(attacks)('%s: is collected and removed without reaching anything else', async (_, code) => {
    const script = `import os\nos.umask(0)\n${code}\nprint("made")`;
    const made = await bench.run('', {
      command: { path: '/usr/bin/python3', args: ['-c', script] },
      limits: { inodes: 60_000, processes: 50, wallSeconds: 60 },
    });
    expect([made.stdout.text, made.stderr.text]).toEqual(['made\n', '']);

    const workspace = await bench.workspace();
    const outputs = readdirSync(bench.outputs);
    const { files, leftOut } = await collect(workspace);
    expect(files.length + leftOut.length).toBeGreaterThan(0);
    expect(files.every(({ bytes }) => bytes <= 2)).toBe(true);
    expect(JSON.stringify([files, leftOut])).not.toMatch(/root:x:|canary/);
    expect(lstatSync(bench.outputs).isDirectory() && outputs.length > 0).toBe(true);

    const problems: string[] = [];
    const fails = (_: unknown, text: string) => void problems.push(text);
    const log = { info: () => undefined, warn: fails, error: fails };
    const now = () => new Date(Date.now() + 8 * 86_400_000);
    const janitor = startJanitor({
      workspacesRoot: root,
      retentionDays: 7,
      removes: true,
      stateOf: async () => 'final',
      uids: [],
      log,
      now,
    });
    await janitor.sweep();
    await janitor.close();
    expect([readdirSync(root), readdirSync(dirname(workspace)), problems]).toEqual([[basename(dirname(workspace))], [], []]);
    canary.check();
  });
});
