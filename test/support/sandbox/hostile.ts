import { execFileSync } from 'node:child_process';
import { chmodSync, linkSync, mkdirSync, readFileSync, readdirSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { holdFolder, makeHeld } from '../../../src/adapters/sandbox/workspace/held-folder.js';

/** A path whose last part need not be text. */
export const bytesPath = (folder: string, ...bytes: number[]): Buffer => Buffer.concat([Buffer.from(`${folder}/`), Buffer.from(bytes)]);

/** Folders in folders, far beyond what a path may have: only descriptors get there. */
export function digDeep(folder: string, depth: number, name = 'd'.repeat(100)): void {
  let held = holdFolder(folder);
  for (let level = 0; level < depth; level += 1) {
    const next = makeHeld(held, name);
    held.close();
    held = next;
  }
  writeFileSync(held.at('bottom'), 'bottom');
  held.close();
}

export function makeSocket(path: string): void {
  execFileSync('/usr/bin/python3', ['-c', 'import socket,sys; socket.socket(socket.AF_UNIX).bind(sys.argv[1])', path]);
}

export const makeFifo = (path: string): void => void execFileSync('mkfifo', ['--', path]);

/** Whether this user and file system know the immutable flag. */
export function canBeImmutable(folder: string): boolean {
  const probe = join(folder, 'immutable-probe');
  writeFileSync(probe, '');
  try {
    execFileSync('chattr', ['+i', probe], { stdio: 'ignore' });
    execFileSync('chattr', ['-i', probe], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

export interface Canary {
  readonly folder: string;
  /** Throws where anything of it is not what it was. */
  check(): void;
}

/** A folder outside that nothing may reach: a file, a folder with a file, by name, bytes, mode and inode. */
export function plantCanary(above: string): Canary {
  const folder = join(above, 'canary');
  mkdirSync(join(folder, 'inner'), { recursive: true });
  writeFileSync(join(folder, 'file'), 'canary\n', { mode: 0o644 });
  writeFileSync(join(folder, 'inner', 'file'), 'inner canary\n', { mode: 0o600 });
  const look = () =>
    ['.', 'file', 'inner', 'inner/file'].map((name) => {
      const { ino, mode, uid } = statSync(join(folder, name));
      const text = name.endsWith('file') ? readFileSync(join(folder, name), 'utf8') : readdirSync(join(folder, name)).sort().join();
      return [name, ino, mode, uid, text].join(' ');
    });
  const before = look();
  return {
    folder,
    check: () => {
      const after = look();
      if (JSON.stringify(after) !== JSON.stringify(before)) throw new Error(`the canary changed: ${JSON.stringify({ before, after })}`);
    },
  };
}

/** What an action may leave behind, by name: each is made in the workspace, and says whether it is there. */
export const hostileShapes: readonly {
  readonly name: string;
  readonly make: (workspace: string, canary: string) => void;
  readonly isThere: (workspace: string) => boolean;
}[] = [
  {
    name: 'a tree deeper than PATH_MAX',
    make: (workspace) => digDeep(workspace, 500),
    isThere: (workspace) => readdirSync(workspace).some((name) => name.length === 100),
  },
  { name: 'a named pipe', make: (w) => makeFifo(`${w}/pipe`), isThere: (w) => statSync(`${w}/pipe`).isFIFO() },
  { name: 'a socket', make: (w) => makeSocket(`${w}/socket`), isThere: (w) => statSync(`${w}/socket`).isSocket() },
  {
    name: 'files with the names of devices',
    make: (w) => ['null', 'sda', 'tty', 'con', 'nul'].forEach((name) => writeFileSync(`${w}/${name}`, name)),
    isThere: (w) => statSync(`${w}/null`).isFile(),
  },
  {
    name: 'a hard link to a file outside',
    make: (w, canary) => linkSync(`${canary}/file`, `${w}/hard`),
    isThere: (w) => statSync(`${w}/hard`).nlink === 2,
  },
  {
    name: 'links to /, to the parent, to a canary folder, to nowhere, and in a loop',
    make: (w, canary) => {
      for (const [name, to] of Object.entries({
        root: '/',
        up: '..',
        here: '.',
        canary,
        file: `${canary}/file`,
        none: '/no/such',
        a: 'b',
        b: 'a',
      }))
        symlinkSync(to, `${w}/${name}`);
      mkdirSync(`${w}/sub`);
      symlinkSync(`${canary}/inner`, `${w}/sub/inner`);
    },
    isThere: (w) => readdirSync(`${w}/canary`).includes('inner') && readdirSync(`${w}/sub/inner`).length === 1,
  },
  {
    name: 'folders and files that nobody may read',
    make: (w) => {
      mkdirSync(`${w}/closed/deeper/deepest`, { recursive: true });
      writeFileSync(`${w}/closed/deeper/file`, 'x', { mode: 0 });
      for (const name of ['closed/deeper/deepest', 'closed/deeper', 'closed']) chmodSync(`${w}/${name}`, 0);
    },
    isThere: (w) => (statSync(`${w}/closed`).mode & 0o777) === 0,
  },
  {
    name: 'read-only folders in read-only folders',
    make: (w) => {
      mkdirSync(`${w}/fixed/inner/most`, { recursive: true });
      writeFileSync(`${w}/fixed/inner/file`, 'x');
      for (const name of ['fixed/inner/most', 'fixed/inner', 'fixed']) chmodSync(`${w}/${name}`, 0o555);
    },
    isThere: (w) => (statSync(`${w}/fixed/inner`).mode & 0o222) === 0,
  },
  {
    name: 'names that are no text, in folders of such names',
    make: (w) => {
      for (const byte of [0xff, 0xfe, 0x80]) writeFileSync(bytesPath(w, byte, 0xc3, 0x28), 'x');
      mkdirSync(bytesPath(w, 0xc0, 0xaf));
      writeFileSync(Buffer.concat([bytesPath(w, 0xc0, 0xaf), Buffer.from('/'), Buffer.from([0xed, 0xa0, 0x80])]), 'x');
    },
    isThere: (w) => readdirSync(w, { encoding: 'buffer' }).some((name) => name[0] === 0xff),
  },
  {
    name: 'names that look like options, paths, code and control sequences',
    make: (w) =>
      ['-rf', '--no-preserve-root', '$(id)', ';id', '*', '~', '...', ' ', '\n', '\u001b[2J', '\u202e', '%s', 'x'.repeat(255)].forEach(
        (name) => writeFileSync(`${w}/${name}`, 'x'),
      ),
    isThere: (w) => readdirSync(w).includes('-rf'),
  },
  {
    name: 'a folder with the name of what is being removed',
    make: (w) => mkdirSync(`${w}/.janus-removed-0123456789abcdef/workspace`, { recursive: true }),
    isThere: (w) => readdirSync(w).includes('.janus-removed-0123456789abcdef'),
  },
  {
    name: 'a sparse file of a terabyte',
    make: (w) => execFileSync('truncate', ['-s', '1T', `${w}/sparse`]),
    isThere: (w) => statSync(`${w}/sparse`).size === 2 ** 40,
  },
  { name: 'a workspace that nobody may enter', make: (w) => chmodSync(w, 0), isThere: (w) => (statSync(w).mode & 0o777) === 0 },
  {
    name: 'setuid and sticky bits',
    make: (w) => {
      mkdirSync(`${w}/sticky`);
      writeFileSync(`${w}/sticky/file`, '');
      chmodSync(`${w}/sticky/file`, 0o4755);
      chmodSync(`${w}/sticky`, 0o3555);
    },
    isThere: (w) => (statSync(`${w}/sticky/file`).mode & 0o4000) !== 0,
  },
];
