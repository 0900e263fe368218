import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from '@jest/globals';
import { lookAtHook } from '../../../src/adapters/notify/hook.js';
import { useFolders } from '../../support/folders.js';

const folder = useFolders();

it.each([
  ['a shell script', '#!/bin/sh\nexit 0\n', 0o755, 'ready', undefined],
  ['one by env', '#!/usr/bin/env bash\n', 0o755, 'ready', undefined],
  ['a program', '\x7fELF and so on', 0o755, 'ready', undefined],
  ['one that nobody may execute', '#!/bin/sh\n', 0o644, 'broken', /not executable \(mode 644\)/],
  ['one without its interpreter', '#!/no/such/python3 -u\n', 0o755, 'broken', /interpreter \/no\/such\/python3 does not exist/],
  ['one whose interpreter env does not find', '#!/usr/bin/env no-such-python\n', 0o755, 'broken', /no-such-python is not in/],
  ['one with the line ends of Windows', '#!/bin/sh\r\nexit 0\r\n', 0o755, 'broken', /end as in Windows \(CRLF\)/],
  ['a text', 'exit 0\n', 0o755, 'broken', /begins with neither/],
] as const)('%s (spec O3, A6)', (_, text, mode, state, why) => {
  const script = join(folder(), 'notify');
  writeFileSync(script, text);
  chmodSync(script, mode);
  expect(lookAtHook(script)).toMatchObject({ script, state, ...(why !== undefined && { why: expect.stringMatching(why) }) });
});

it('a folder cannot run, and what is not there is absent', () => {
  const script = join(folder(), 'notify');
  expect(lookAtHook(script)).toEqual({ script, state: 'absent' });
  mkdirSync(script);
  expect(lookAtHook(script)).toMatchObject({ state: 'broken', why: 'it is no file' });
});
