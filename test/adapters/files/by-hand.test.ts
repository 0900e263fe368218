import { readFileSync, readdirSync } from 'node:fs';
import { expect, it } from '@jest/globals';

const src = new URL('../../../src/', import.meta.url).pathname;

/** Who writes without `adapters/files/durable.ts`, and why that is right. */
const byHand: Readonly<Record<string, string>> = {
  'adapters/files/disk.ts': 'the calls themselves',
  'adapters/audit/write/log-file.ts': 'the append-only log, whose lines count only when they were synced',
  'adapters/audit/write/mark-keeper.ts': 'a note about what is on the disk, which counts only until the power goes',
  'adapters/audit/heads/witness.ts': 'syncs the log that it is about to vouch for',
  'adapters/files/page.ts': 'a page about this very moment, which counts for nothing after it',
  'adapters/controls/evidence.ts': 'bytes as they were found, each file synced, and nothing in their place before',
  'adapters/controls/guard-page.ts': 'what the guard says of this very moment',
  'adapters/controls/running-lines.ts': 'where the sandboxes of a worker lie: after a power cut there are none',
  'adapters/controls/slots.ts': 'a row counts only under a lock of the kernel',
  'adapters/controls/stop-mark.ts': 'the switch: that it is there counts, and its folder is synced',
  'adapters/notify/approval-queue-file.ts': 'appends to a projection, which is synced before the cursor says so',
  'adapters/sandbox/workspace/held-folder.ts': 'moves what is about to be removed',
  'adapters/sandbox/workspace/operator-workspace.ts': 'a note whose loss only keeps a folder longer',
  'adapters/sandbox/workspace/workspace.ts': 'brings a former workspace along; one that was not moved is found again',
  'adapters/sandbox/run/capture.ts': 'the output of an action, as it comes',
  'adapters/sandbox/run/pipes.ts': 'what bubblewrap reads, and nobody later',
  'adapters/sandbox/self-test/self-test.ts': 'a canary that is removed at once',
  'adapters/sandbox/tiers/cgroup-files.ts': 'settings of the kernel',
  'adapters/signatures/create-signature-verifier.ts': 'what ssh-keygen reads, and nobody later',
  'adapters/systemd/service-notice.ts': 'words to systemd, into a socket',
  'worker/temporal/bundle.ts': 'made by the build, which is repeated when it was cut short',
};

const calls = /^(fsync|fdatasync|rename|link|writeFile|appendFile|write|writev|copyFile|cp|createWriteStream|truncate|symlink)(Sync)?$/;

/** The names that a file takes from node's file system; `*` where it takes all of it. */
function taken(source: string): string[] {
  return [...source.matchAll(/import (type )?([^;]*?) from 'node:fs(?:\/promises)?';/g)].flatMap(([, isType, names = '']) => {
    if (isType !== undefined) return [];
    const list = /^\{([^}]*)\}$/.exec(names.trim())?.[1];
    return list === undefined ? ['*'] : list.split(',').map((name) => name.trim().split(' ')[0] ?? '');
  });
}

const writes = (source: string) =>
  taken(source).some((name) => name === '*' || calls.test(name)) || /\bhandle\.(sync|datasync|write|writeFile|appendFile)\(/.test(source);

it('files are written by hand where that is said to be right, and nowhere else (spec Q4h)', () => {
  const files = readdirSync(src, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.ts'));
  expect(files.length).toBeGreaterThan(200);
  const found = files.filter((name) => writes(readFileSync(`${src}${name}`, 'utf8')));
  expect(found.sort()).toEqual(Object.keys(byHand).sort());
});

it.each([
  ["import { readFileSync, renameSync } from 'node:fs';", true],
  ["import { rename as move } from 'node:fs/promises';", true],
  ["import * as fs from 'node:fs';", true],
  ["import fs from 'node:fs';", true],
  ['await handle.datasync();', true],
  ["import type { writeFile } from 'node:fs';\nimport { readFileSync } from 'node:fs';", false],
])('%s: %s', (source, expected) => {
  expect(writes(source)).toBe(expected);
});
