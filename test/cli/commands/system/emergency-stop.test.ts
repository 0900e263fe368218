import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { unreachable } from '../../../../src/client/errors.js';
import { useFolders } from '../../../support/folders.js';
import { aConfig, aHealth, ubos } from '../../support/ubos.js';

const folder = useFolders();

/** What both verbs say of a vessel whose stop file is somewhere in this folder. */
async function ask(home: string, file: string) {
  const { paths, ...rest } = aConfig({}, home);
  const session = { config: { ...rest, paths: { ...paths, emergencyStop: join(home, file) } }, health: aHealth(), columns: 200 };
  const [status, json, doctor] = [
    await ubos('status --exit-code', session),
    await ubos('status --json', session),
    await ubos('doctor', session),
  ];
  return {
    status,
    set: (JSON.parse(json.stdout) as { emergency_stop: boolean }).emergency_stop,
    doctor: /.*emergency stop: .*(\n.*)/.exec(doctor.stdout)?.[0],
  };
}

describe('ubos status and ubos doctor judge the stop file as brain and hands do (spec K1)', () => {
  it.each<readonly [string, string, (home: string) => unknown, string, string]>([
    ['a file', 'STOP', (home) => writeFileSync(join(home, 'STOP'), ''), 'STOP exists', 'ubos resume --reason'],
    ['a folder', 'STOP', (home) => mkdirSync(join(home, 'STOP')), 'STOP exists', 'ubos resume --reason'],
    ['a link to nowhere', 'STOP', (home) => symlinkSync('/no/such/file', join(home, 'STOP')), 'STOP exists', 'ubos resume --reason'],
    ['no folder to look into', 'a/STOP', (home) => writeFileSync(join(home, 'a'), ''), 'STOP cannot be looked at (ENOTDIR)', 'ls -ld '],
  ])('%s: nothing starts, and both say so', async (_, file, make, found, next) => {
    const home = folder();
    make(home);
    const { status, set, doctor } = await ask(home, file);
    expect([status.code, set]).toEqual([9, true]);
    expect(status.stdout).toContain('EMERGENCY STOP');
    for (const said of [status.stdout, doctor]) {
      expect(said).toContain(`${found}: nothing starts`);
      expect(said).toContain(next);
    }
    expect(doctor).toContain('✗');
  });

  it('nothing: not set', async () => {
    const { status, set, doctor } = await ask(folder(), 'STOP');
    expect([status.code, set]).toEqual([0, false]);
    expect(doctor).toContain('✓ emergency stop: not set');
  });

  it('no server answers: what this machine knows is said all the same, the stop first, and in JSON as well (spec K1)', async () => {
    const home = folder();
    writeFileSync(join(home, 'STOP'), '');
    const { paths, ...rest } = aConfig({}, home);
    const session = {
      config: { ...rest, paths: { ...paths, emergencyStop: join(home, 'STOP') } },
      health: unreachable('', undefined),
      columns: 200,
    };
    const [text, json, other] = [
      await ubos('status', session),
      await ubos('status --json', session),
      await ubos('status --vessel x', session),
    ];
    expect([text.code, json.code, other.code]).toEqual([69, 69, 69]);
    expect(text.stdout).toMatch(/EMERGENCY STOP(?:.|\n)*STOP exists: nothing starts · when all is well again: ubos resume --reason/);
    expect(text.stderr).toContain('an emergency stop stands');
    expect(JSON.parse(json.stderr)).toMatchObject({
      error: {
        code: 'TEMPORAL_UNREACHABLE',
        details: { emergency_stop: true, findings: expect.arrayContaining([expect.objectContaining({ id: 'emergency_stop', ok: false })]) },
      },
    });
    // Of another vessel this machine knows nothing.
    expect(other.stdout + other.stderr).not.toMatch(/emergency stop/i);
  });

  it('no server answers, and nothing stands: nothing is said of a stop', async () => {
    const { stdout, stderr, code } = await ubos('status', { health: unreachable('', undefined), columns: 200 });
    expect(code).toBe(69);
    expect(stdout).toContain('no server answers');
    expect(stdout + stderr).not.toMatch(/emergency stop stands/i);
  });
});
