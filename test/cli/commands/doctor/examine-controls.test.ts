import { describe, expect, it } from '@jest/globals';
import { examineControls } from '../../../../src/cli/commands/doctor/examine-controls.js';
import type { Context } from '../../../../src/cli/command.js';
import { aFolder } from '../../../support/folders.js';
import { aConfig } from '../../support/ubos.js';

const controls = aFolder();

function examine(pauseAfterFailures: number) {
  const sound = aConfig();
  const config = { ...sound, paths: { ...sound.paths, controls }, controls: { ...sound.controls, pauseAfterFailures } };
  return examineControls({ config: () => Promise.resolve(config) } as unknown as Context);
}

describe('ubos doctor about the controls (spec G4)', () => {
  it('says that nobody has driven them yet', async () => {
    expect((await examine(3))[0]).toEqual({ ok: true, detail: 'no worker has driven the controls of this host yet' });
  });

  it('remarks that more failures are let go on than the charter allows (spec G6)', async () => {
    expect((await examine(3)).filter(({ next }) => next !== undefined)).toEqual([]);
    expect((await examine(4)).at(-1)).toMatchObject({ ok: true, next: 'set controls.pause_after_failures to 3' });
  });
});
