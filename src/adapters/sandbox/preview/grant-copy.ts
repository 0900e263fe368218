import { readFileSync } from 'node:fs';
import { lstat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { Tree } from '../../../domain/action/effect.js';
import type { Limits } from '../../../domain/action/limits.js';
import type { Grant } from '../../../domain/action/plan.js';
import type { Sandbox } from '../contract/sandbox.js';
import type { Account } from '../profile/account.js';
import { mountsIn } from '../upkeep/workspace-mount.js';
import { scratchFolder } from '../workspace/scratch.js';
import { createMeasurer } from './tree.js';

/** A writable grant that is small enough to be copied: what stands in for it can do all that it can. */
export interface GrantCopy {
  readonly grant: Grant;
  /** What is shown at the path of the grant. */
  readonly source: string;
  /** The folder that is measured, and how its paths begin for people. */
  readonly folder: string;
  readonly root: string;
  readonly before: Tree;
}

const entriesMax = 10_000;
const mebibytesMax = 256;

/**
 * Runs in the sandbox, with the grant read-only: a link that somebody puts there meanwhile leads nowhere but into the sandbox's own tree. A copy
 * belongs to the account as a whole, so what belongs to others could be changed there and not in the run.
 */
const script = `set -e
[ -z "$(find "$1" ! -uid "$(id -u)" -print -quit)" ] || exit 3
[ "$(find "$1" -printf . | head -c ${entriesMax + 1} | wc -c)" -le ${entriesMax} ] || exit 4
[ "$(du -sk -- "$1" | cut -f 1)" -le ${mebibytesMax * 1_024} ] || exit 4
if [ -d "$1" ]; then cp -a -- "$1/." /workspace; else cp -a -- "$1" /workspace/; fi`;

const refusals: Readonly<Record<number, string>> = {
  3: 'not all of it belongs to the account of the actions',
  4: `it holds more than ${entriesMax} files and folders, or ${mebibytesMax} MiB`,
};

/** For the copying alone, whatever the action may use. */
const limits: Limits = {
  cpuSeconds: 20,
  wallSeconds: 30,
  memoryMb: 256,
  diskWriteMb: 2 * mebibytesMax,
  processes: 16,
  openFiles: 256,
  outputBytes: 65_536,
  inodes: entriesMax + 10,
  connections: 0,
};

/** What lies on a file system of its own beneath the grant: renaming across it fails in the run, and would not in a copy. */
function hasMountsBelow(path: string): boolean {
  return mountsIn(readFileSync('/proc/self/mountinfo', 'utf8')).some(({ at }) => at.startsWith(`${path}/`));
}

/** What is in a copy now, the folder itself included, to be compared with what was. */
export async function treeOfCopy({ folder }: Pick<GrantCopy, 'folder'>): Promise<{ after: Tree; incomplete: readonly string[] }> {
  const { nodes, incomplete } = await createMeasurer().measureTree(folder);
  const { mode } = await lstat(folder);
  return { after: nodes.set('.', { kind: 'directory', mode: mode & 0o7777, size: 0 }), incomplete };
}

/** Copies a writable grant, or says why that would not be the same. */
export async function copyGrant(
  { sandbox, scratch, account }: { readonly sandbox: Sandbox; readonly scratch: string; readonly account: Account },
  grant: Grant,
  index: number,
  signal: AbortSignal,
): Promise<GrantCopy | string> {
  const { path } = grant;
  if (hasMountsBelow(path)) return 'something else is mounted below it';
  const folder = scratchFolder(scratch, `copy${index}`, account);
  const result = await sandbox.run(
    {
      command: { tool: 'preview-copy', path: '/usr/bin/sh', args: ['-c', script, 'sh', path] },
      workspace: folder,
      limits,
      network: [],
      grants: [{ ...grant, writable: false }],
      outputPrefix: join(scratch, 'output', `copy${index}`),
    },
    signal,
  );
  signal.throwIfAborted();
  if (result.reason !== 'exit' || result.exitCode !== 0) return refusals[result.exitCode ?? -1] ?? 'it cannot be copied whole';
  const isFolder = (await lstat(path)).isDirectory();
  const { after: before, incomplete } = await treeOfCopy({ folder });
  if (incomplete.length > 0) return 'it cannot be measured whole';
  return isFolder
    ? { grant, source: folder, folder, root: path, before }
    : { grant, source: join(folder, basename(path)), folder, root: dirname(path), before };
}
