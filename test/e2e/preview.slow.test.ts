import { existsSync, readdirSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { aScript } from '../support/sandbox/actions.js';
import type { DevServer } from '../support/vessel/dev-server.js';
import { openDevServer } from '../support/vessel/dev-server.js';
import type { Vessel } from '../support/vessel/vessel.js';
import { openVessel } from '../support/vessel/vessel.js';
import { workspaceBelow } from '../support/workspaces.js';

describe('a preview, on a real server with a real sandbox (spec X7)', () => {
  let server: DevServer;
  let vessel: Vessel;
  beforeAll(async () => {
    server = await openDevServer();
    vessel = await openVessel(server);
    await vessel.startWorker();
  });
  const workspaces = () => join(vessel.home, 'workspaces');

  it('shows what an approval will change, and exactly that is put in place', async () => {
    const id = await vessel.propose(aScript('mkdir reports && echo full > reports/disk', { preview: true }));
    const shown = (await vessel.ubos(['proposals', 'show', id])).stdout;
    expect(shown).toContain('bound to your approval');
    expect(shown).toContain('created /workspace/reports/disk: file');
    expect(shown).toContain('| +full');
    expect(existsSync(workspaceBelow(workspaces(), id))).toBe(false);
    expect(await vessel.approve(id, '--wait')).toMatchObject({ exitCode: 0 });
    expect(await readFile(join(workspaceBelow(workspaces(), id), 'reports', 'disk'), 'utf8')).toBe('full\n');
    expect(await vessel.trail(id)).toEqual([
      'action_proposed',
      'action_previewed',
      'action_approved',
      'start_authorised',
      'action_completed',
    ]);
    expect(readdirSync(workspaces()).filter((name) => name.startsWith('scratch-'))).toEqual([]);
  });

  it('shows it to whoever asks while it waits, and binds it from then on', async () => {
    const id = await vessel.propose(aScript('mkdir reports && echo asked > reports/disk'));
    const before = await vessel.view(id);
    const asked = await vessel.ubos(['preview', id, '--json']);
    expect(asked).toMatchObject({ exitCode: 0 });
    const { digest } = JSON.parse(asked.stdout) as { digest: string };
    expect(asked.stdout).toContain('"digest_changed":true');
    expect(digest).not.toBe(before.digest);
    expect(existsSync(workspaceBelow(workspaces(), id))).toBe(false);
    expect(await vessel.ubos(['approve', id, '--digest', before.digest ?? ''])).toMatchObject({ exitCode: 5 });
    expect(await vessel.ubos(['approve', id, '--digest', digest, '--wait'])).toMatchObject({ exitCode: 0 });
    expect(await vessel.ubos(['preview', id])).toMatchObject({ exitCode: 5, stderr: expect.stringContaining('already approved by') });
  });

  it('says where two runs do not agree, binds nothing, and runs as ever', async () => {
    const id = await vessel.propose(aScript('date +%s%N > now', { preview: true }));
    expect((await vessel.ubos(['proposals', 'show', id])).stdout).toContain('two runs differ in /workspace/now');
    expect(await vessel.approve(id, '--wait')).toMatchObject({ exitCode: 0 });
    expect(existsSync(join(workspaceBelow(workspaces(), id), 'now'))).toBe(true);
  });
});
