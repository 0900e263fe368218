import { mkdirSync, rmdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { readEmergencyStop } from '../../../src/adapters/host/emergency-stop.js';
import type { EscapementState } from '../../../src/adapters/host/escapement.js';
import { createEscapement } from '../../../src/adapters/host/escapement.js';
import { useFolders } from '../../support/folders.js';

const folder = useFolders();

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
    expect(await readEmergencyStop(path)).toEqual(stopped ? expect.stringContaining('emergency stop: ') : undefined);
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
});
