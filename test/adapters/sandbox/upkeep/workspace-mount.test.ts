import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { mountsIn, workspacesMounted } from '../../../../src/adapters/sandbox/upkeep/workspace-mount.js';

const line = (device: string, root: string, at: string) => `36 35 ${device} ${root} ${at} rw,relatime - ext4 /dev/vda rw`;
const own = (...mounts: [string, string, string][]) => mountsIn(mounts.map((each) => line(...each)).join('\n'));

describe('workspacesMounted', () => {
  it.each([
    ['on the root of the file system', own(['8:1', '/', '/']), '/srv/w/janus-1', ['/srv/w/janus-1']],
    ['of a file system that is not mounted here', own(['8:2', '/', '/']), '/w/janus-1', []],
    ['below a part that is mounted elsewhere', own(['8:1', '/@data', '/srv']), '/@data/w/janus-1', ['/srv/w/janus-1']],
    ['twice', own(['8:1', '/', '/'], ['8:1', '/srv', '/mnt']), '/srv/w', ['/srv/w', '/mnt/w']],
    ['beside a part of the same beginning', own(['8:1', '/srv', '/mnt']), '/srv-other/w', []],
    ['with a space', own(['8:1', '/', '/']), String.raw`/a\040b\134c`, [String.raw`/a b\c`]],
  ])('finds the names of a workspace %s', (_, mounts, root, expected) => {
    const inside = ['1 0 0:40 / / rw - tmpfs tmpfs rw', line('8:1', root, '/workspace')].join('\n');
    expect(workspacesMounted(inside, mounts)).toEqual(expected);
  });

  it('finds none where nothing is mounted there, or in an empty text', () => {
    for (const text of ['', readFileSync('/proc/self/mountinfo', 'utf8')])
      expect(workspacesMounted(text, own(['8:1', '/', '/']))).toEqual([]);
  });
});
