import { spawnSync } from 'node:child_process';
import { readdirSync, statSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, it } from '@jest/globals';
import { readRestarts } from '../../src/adapters/systemd/restarts.js';
import { useFolders } from '../support/folders.js';

const folder = useFolders();
const script = resolve('deploy/janus/note-restart');

function noting() {
  const here = folder();
  const restarts = join(here, 'janus/restarts');
  /** The unit starts, when systemd has started it again so many times. */
  const note = (unit: string, times: number) => {
    writeFileSync(join(here, 'systemctl'), `#!/bin/sh\necho ${times}\n`, { mode: 0o755 });
    const { status, stderr } = spawnSync('/bin/sh', ['-c', 'umask 0077; exec "$0" "$@"', script, unit], {
      encoding: 'utf8',
      env: { PATH: `${here}:/usr/bin:/bin`, JANUS_RESTARTS: restarts },
    });
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  };
  return { restarts, note };
}

it('each automatic start is a line that everybody may read; those of an hour ago are gone (spec K2)', () => {
  const { restarts, note } = noting();
  note('janus-hands', 0);
  writeFileSync(join(restarts, 'janus-hands'), `${Math.floor(Date.now() / 1_000) - 3_700}\n`);
  const before = Math.floor(Date.now() / 1_000) * 1_000;
  for (const times of [1, 2, 3]) note('janus-hands', times);
  const times = readRestarts(restarts)['janus-hands'] ?? [];
  expect(times).toHaveLength(3);
  for (const at of times) expect(at).toBeGreaterThanOrEqual(before);
  const modes = ['..', '.', 'janus-hands'].map((name) => statSync(join(restarts, name)).mode & 0o777);
  expect(modes).toEqual([0o755, 0o755, 0o644]);
  expect(readdirSync(restarts)).toEqual(['janus-hands']);
});

it('a start that somebody typed begins anew, for that unit alone', () => {
  const { restarts, note } = noting();
  for (const unit of ['janus-hands', 'janus_agentd']) note(unit, 1);
  note('janus-hands', 0);
  expect(Object.keys(readRestarts(restarts))).toEqual(['janus_agentd']);
});

it('what is no time counts as none, and where no vessel is installed there is nothing', () => {
  const { restarts, note } = noting();
  note('janus-hands', 0);
  writeFileSync(join(restarts, 'janus-hands'), 'soon\n1767355200\n-1\n');
  writeFileSync(join(restarts, '.being-written'), '1767355200\n');
  expect(readRestarts(restarts)).toEqual({ 'janus-hands': [1_767_355_200_000] });
  expect(readRestarts(join(restarts, 'absent'))).toEqual({});
});
