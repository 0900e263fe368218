import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, it } from '@jest/globals';
import { useFolders } from '../support/folders.js';

const folder = useFolders();

it.each([
  { restarts: 0, config: '{"restart_on_failure":false}', code: 0, why: 'somebody typed the start' },
  { restarts: 1, config: '{"restart_on_failure":true}', code: 0, why: 'it crashed, and is to be started again' },
  { restarts: 3, config: '{"restart_on_failure":false}', code: 1, why: 'it crashed, and is to stay down' },
  { restarts: 1, config: '', code: 0, why: 'the configuration says nothing' },
  { restarts: 1, config: 'ubos: agent.yaml:1', code: 0, why: 'the configuration cannot be read' },
])('the unit of a worker is started again or not: $why', ({ restarts, config, code }) => {
  const here = folder();
  for (const name of ['bin', 'deploy', 'deploy/janus']) mkdirSync(join(here, name));
  const program = (name: string, says: string) => writeFileSync(join(here, 'bin', name), `#!/bin/sh\necho '${says}'\n`, { mode: 0o755 });
  program('systemctl', String(restarts));
  program('ubos', config);
  const script = join(here, 'deploy/janus/may-restart');
  copyFileSync(resolve('deploy/janus/may-restart'), script);
  const { status, stderr } = spawnSync(script, ['janus-hands'], { encoding: 'utf8', env: { PATH: `${here}/bin:/usr/bin:/bin` } });
  expect(status).toBe(code);
  if (code === 1)
    expect(stderr).toBe(
      '<4>janus-hands ended by itself and stays down, as restart_on_failure: false says. sudo systemctl start janus-hands\n',
    );
});
