import { chmodSync, mkdirSync, rmdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { emergencyStopReason, readEmergencyStop } from '../../../src/adapters/host/emergency-stop.js';
import type { EscapementState } from '../../../src/adapters/host/escapement.js';
import { createEscapement } from '../../../src/adapters/host/escapement.js';
import { endOf, useChild } from '../../support/children.js';
import { useFolders } from '../../support/folders.js';
import { itAsRoot } from '../../support/root.js';

const folder = useFolders();
const looker = useChild('emergency-stop');

describe('emergency stop (spec K1)', () => {
  it.each([
    ['no file', () => undefined, false],
    ['no folder', (path: string) => rmdirSync(dirname(path)), false],
    ['an empty file', (path: string) => writeFileSync(path, ''), true],
    ['a folder', (path: string) => mkdirSync(path), true],
    ['a link to nowhere', (path: string) => symlinkSync('/no/such/file', path), true],
    [
      'a file where the folder should be: nobody can tell',
      (path: string) => {
        rmdirSync(dirname(path));
        writeFileSync(dirname(path), '');
      },
      true,
    ],
  ])('%s', async (_, make, stopped) => {
    const path = join(folder(), 'state', 'EMERGENCY_STOP');
    mkdirSync(dirname(path));
    make(path);
    expect(readEmergencyStop(path) !== undefined).toBe(stopped);
    expect(await emergencyStopReason(path)).toEqual(stopped ? expect.stringContaining('emergency stop: ') : undefined);
    // The tick sees the same.
    const seen = await new Promise((resolve) => {
      const onTick = ({ emergencyStop }: EscapementState) => {
        escapement.close();
        resolve(emergencyStop);
      };
      const escapement = createEscapement({ intervalMilliseconds: 1, emergencyStopFile: path, onTick });
      escapement.attach();
    });
    expect(seen).toBe(stopped);
  });

  itAsRoot('holds for an account that may not look into its folder', async () => {
    const here = folder();
    const path = join(here, 'state', 'EMERGENCY_STOP');
    chmodSync(here, 0o755);
    mkdirSync(dirname(path), { mode: 0o700 });
    const { messages } = await endOf(looker.startAs(61_999, path));
    expect(messages).toEqual([{ found: `${path} cannot be looked at (EACCES)`, next: `ls -ld ${dirname(path)}` }]);
  });
});
