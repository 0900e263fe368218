import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from '@jest/globals';
import { resolveProgram, resolvePrograms } from '../../../src/adapters/host/programs.js';
import { useFolders } from '../../support/folders.js';
import { aTool } from '../../support/proposals/proposals.js';

const folder = useFolders();

it('follows links to what really runs (spec P5), and says why there is nothing', async () => {
  const here = folder();
  const at = (name: string) => join(here, name);
  writeFileSync(at('program'), '');
  chmodSync(at('program'), 0o755);
  writeFileSync(at('text'), '', { mode: 0o644 });
  mkdirSync(at('folder'));
  symlinkSync('program', at('link'));
  symlinkSync('nowhere', at('broken'));
  symlinkSync('loop', at('loop'));
  const table: [string, unknown][] = [
    ['program', { path: at('program') }],
    ['link', { path: at('program') }],
    ['text', { problem: `${at('text')} cannot be used (EACCES)` }],
    ['folder', { problem: `${at('folder')} is no regular file` }],
    ['broken', { problem: `${at('broken')} does not exist on this machine` }],
    ['none', { problem: `${at('none')} does not exist on this machine` }],
    ['loop', { problem: `${at('loop')} cannot be used (ELOOP)` }],
    ['program/x', { problem: `${at('program/x')} cannot be used (ENOTDIR)` }],
  ];
  for (const [name, expected] of table) expect(await resolveProgram(at(name))).toEqual(expected);
});

it('keeps to what it found first, and looks anew each time that it is asked', async () => {
  const here = folder();
  const path = join(here, 'program');
  const tools = [aTool({ name: 'one', command: [path] })];
  const before = await resolvePrograms(tools);
  expect(before['one']).toEqual({ problem: `${path} does not exist on this machine` });
  writeFileSync(path, '', { mode: 0o755 });
  expect(before['one']).toEqual({ problem: `${path} does not exist on this machine` });
  expect((await resolvePrograms(tools))['one']).toEqual({ path });
});

it('resolves every tool by its name', async () => {
  const tools = [aTool({ name: 'one', command: ['/bin/sh', '-c'] }), aTool({ name: 'two', command: ['/no/such/program'] })];
  expect(await resolvePrograms(tools)).toEqual({
    one: { path: expect.stringMatching(/^\/.*sh$/) },
    two: { problem: '/no/such/program does not exist on this machine' },
  });
});
