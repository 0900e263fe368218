import { execFile } from 'node:child_process';
import { constants } from 'node:fs';
import { chmod, lstat, open } from 'node:fs/promises';
import { promisify } from 'node:util';
import type { Tree, TreeNode } from '../../../domain/action/effect.js';
import type { Grant } from '../../../domain/action/plan.js';
import type { Account } from '../profile/account.js';
import { whyNotItself } from '../profile/grants.js';
import type { Overlay, SandboxRequest } from '../contract/sandbox.js';
import { asAccount, noProgram, scratchFolder } from '../workspace/scratch.js';
import type { Measured, Measurer } from './tree.js';
import { isWhiteout, nameOf } from './tree.js';

const run = promisify(execFile);

/**
 * In a user and mount namespace of its own each granted folder is covered by an overlay of itself; then the rest of the line is executed in
 * the same process, so that killing it, its descriptors and the death of its parent work as ever. bwrap 0.8 has no overlay option.
 */
const script = [
  'set -e',
  'cd "$1"; shift; count=$1; shift; n=0',
  'while [ "$n" -lt "$count" ]; do',
  '  /usr/bin/mount --bind -- "$1" "lower$n"',
  '  /usr/bin/mount -t overlay overlay -o "lowerdir=lower$n,upperdir=upper$n,workdir=work$n,userxattr" -- "$1"',
  '  n=$((n + 1)); shift',
  'done',
  'cd /; exec "$@"',
].join('\n');

/** The command line that runs `argv` with these overlays in place; without overlays it is `argv` itself. */
export function underOverlays({ overlays }: Pick<SandboxRequest, 'overlays'>, argv: readonly string[]): readonly string[] {
  if (overlays === undefined || overlays.list.length === 0) return argv;
  const { scratch, list } = overlays;
  const paths = list.map(({ grant }) => grant.path);
  return ['/usr/bin/unshare', '-Urm', '--', '/bin/sh', '-c', script, 'sh', scratch, String(paths.length), ...paths, ...argv];
}

/** Throws where the path leads elsewhere: what a link stands for was not granted. */
export function assertItself({ name, path }: Grant): void {
  const why = whyNotItself(path);
  if (why !== undefined) throw noProgram(`grant ${name}`, `${path} ${why}`);
}

/** Makes the folders of the overlays, and tries them. Throws SANDBOX_UNAVAILABLE where this machine cannot mount one. */
export async function makeOverlays(scratch: string, grants: readonly Grant[], account: Account): Promise<Overlay[]> {
  const overlays: Overlay[] = [];
  for (const [index, grant] of grants.entries()) {
    assertItself(grant);
    const found = await lstat(grant.path);
    if (!found.isDirectory()) throw noProgram(`grant ${grant.name}`, 'an overlay needs a folder, this is a file');
    for (const name of ['lower', 'work']) scratchFolder(scratch, `${name}${index}`, account);
    const upper = scratchFolder(scratch, `upper${index}`, account);
    // The overlay's own folder shows the modes of this one.
    await chmod(upper, found.mode & 0o7777);
    overlays.push({ grant, index, upper });
  }
  if (overlays.length > 0) await inOverlays(scratch, overlays, ['/usr/bin/true'], account);
  return overlays;
}

async function inOverlays(scratch: string, overlays: readonly Overlay[], argv: readonly string[], account: Account): Promise<Buffer> {
  const [program = '', ...args] = underOverlays({ overlays: { scratch, list: overlays } }, argv);
  const options = { ...asAccount(account), cwd: '/', env: {}, timeout: 30_000, maxBuffer: 16 * 1_048_576, encoding: 'buffer' as const };
  const { stdout } = await run(program, args, options).catch((error: unknown) => {
    throw noProgram('granted mounts cannot be shown through an overlay', error);
  });
  return stdout;
}

/**
 * One node of the granted folder, which others may be changing: every part is opened beneath the one before and no link is followed, or a
 * link that an action puts there in the right moment would show a file of ours.
 */
async function lookBeneath(
  measurer: Measurer,
  root: string,
  parts: readonly string[],
  incomplete: string[],
): Promise<TreeNode | undefined> {
  let folder = await open(root, constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW);
  try {
    for (const part of parts.slice(0, -1)) {
      const inner = await open(
        `/proc/self/fd/${folder.fd}/${part}`,
        constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW,
      ).catch((): undefined => undefined);
      if (inner === undefined) return undefined;
      await folder.close();
      folder = inner;
    }
    const path = `/proc/self/fd/${folder.fd}/${parts.at(-1) ?? ''}`;
    const found = await lstat(path).catch((): undefined => undefined);
    return found === undefined ? undefined : await measurer.measureNode(Buffer.from(path), parts.join('/'), incomplete, found);
  } finally {
    await folder.close();
  }
}

const foldersMax = 500;
const deletedMax = 5_000;

/** Names that the action sees in these folders of the grant; what is missing there and is in the grant was deleted. */
async function listMerged(scratch: string, overlay: Overlay, folders: readonly string[], account: Account): Promise<Set<string>> {
  const paths = folders.map((folder) => (folder === '' ? overlay.grant.path : `${overlay.grant.path}/${folder}`));
  const listing = ['/usr/bin/find', ...paths, '-mindepth', '1', '-maxdepth', '1', '-print0'];
  const output = await inOverlays(scratch, [overlay], listing, account);
  const names = output.toString('latin1').split('\0').slice(0, -1);
  return new Set(names.map((name) => nameOf(Buffer.from(name, 'latin1').subarray(Buffer.byteLength(overlay.grant.path) + 1))));
}

/** What the action did to a granted folder: the grant's own nodes where they matter, and what the action sees instead. */
export async function measureOverlay(
  scratch: string,
  overlay: Overlay,
  measurer: Measurer,
  account: Account,
): Promise<{ before: Tree; after: Tree; incomplete: string[] }> {
  const { grant, upper } = overlay;
  const { nodes: after, incomplete }: Measured = await measurer.measureTree(upper, isWhiteout);
  const before = new Map<string, TreeNode>();
  const folders = [''];
  for (const [path, { kind }] of after) {
    if (path.includes('\\')) incomplete.push(`${path}: what was there before is not known, because of its name`);
    const node = path.includes('\\') ? undefined : await lookBeneath(measurer, grant.path, path.split('/'), incomplete);
    if (node === undefined) continue;
    before.set(path, node);
    if (kind === 'directory' && node.kind === 'directory') folders.push(path);
  }
  if (folders.length > foldersMax) incomplete.push(`more than ${foldersMax} folders were touched: deleted files are not known`);
  else await addDeleted({ scratch, overlay, measurer, account }, folders, before, incomplete);
  const [own, shown] = await Promise.all([lstat(grant.path), lstat(upper)]);
  before.set('.', { kind: 'directory', mode: own.mode & 0o7777, size: 0 });
  after.set('.', { kind: 'directory', mode: shown.mode & 0o7777, size: 0 });
  // What is not its own the account could write by a group, say; in its own namespace it cannot.
  if (own.uid !== account.uid) incomplete.push(`belongs to uid ${own.uid}: what may be written there can differ from this`);
  return { before, after, incomplete };
}

interface Subject {
  readonly scratch: string;
  readonly overlay: Overlay;
  readonly measurer: Measurer;
  readonly account: Account;
}

async function addDeleted(
  { scratch, overlay, measurer, account }: Subject,
  folders: readonly string[],
  before: Map<string, TreeNode>,
  incomplete: string[],
): Promise<void> {
  const seen = await listMerged(scratch, overlay, folders, account);
  // The same folders of the grant itself, without an overlay.
  const paths = folders.map((folder) => (folder === '' ? overlay.grant.path : `${overlay.grant.path}/${folder}`));
  const options = { ...asAccount(account), cwd: '/', env: {}, timeout: 30_000, maxBuffer: 16 * 1_048_576, encoding: 'buffer' as const };
  const { stdout } = await run('/usr/bin/find', [...paths, '-mindepth', '1', '-maxdepth', '1', '-print0'], options);
  const rest = Buffer.byteLength(overlay.grant.path) + 1;
  const own = stdout.toString('latin1').split('\0').slice(0, -1);
  const gone = own.map((name) => nameOf(Buffer.from(name, 'latin1').subarray(rest))).filter((name) => !seen.has(name));
  if (gone.length > deletedMax) incomplete.push(`more than ${deletedMax} files were deleted`);
  for (const path of gone.slice(0, deletedMax)) {
    const node = path.includes('\\') ? undefined : await lookBeneath(measurer, overlay.grant.path, path.split('/'), incomplete);
    before.set(path, node ?? { kind: 'file', mode: 0, size: 0 });
  }
}
