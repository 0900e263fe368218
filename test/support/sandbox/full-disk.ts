import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { it } from '@jest/globals';

/** A file system of its own, small enough to fill; undefined where this user may not mount one. */
function mountTmpfs(kibibytes: number): { readonly folder: string; readonly unmount: () => void } | undefined {
  const folder = mkdtempSync(join(tmpdir(), 'janus-small-'));
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${kibibytes}k`, 'none', folder], { stdio: 'ignore' });
  } catch {
    rmdirSync(folder);
    return undefined;
  }
  return {
    folder,
    unmount: () => {
      execFileSync('umount', ['--lazy', folder]);
      rmdirSync(folder);
    },
  };
}

/** A test on a small file system. Where none can be mounted it fails in CI, and elsewhere says loudly that it was skipped. */
export function itOnSmallDisk(name: string, kibibytes: number, body: (folder: string) => Promise<void>): void {
  const tried = mountTmpfs(kibibytes);
  tried?.unmount();
  if (tried === undefined && process.env['CI'] === undefined) {
    process.stderr.write(`\nSKIPPED: ${name}: no file system can be mounted by this user\n`);
    it.skip(name, () => undefined);
    return;
  }
  it(name, async () => {
    const disk = mountTmpfs(kibibytes);
    if (disk === undefined) throw new Error('no file system can be mounted by this user');
    try {
      await body(disk.folder);
    } finally {
      disk.unmount();
    }
  });
}
