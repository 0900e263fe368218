import { spawnSync } from 'node:child_process';
import { mkdtemp, readFile, rm, statfs, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { closeAtTheEnd } from '../support/closing.js';
import { checkChain } from '../support/trail/check-chain.js';
import { aScript } from '../support/sandbox/actions.js';
import type { DevServer } from '../support/vessel/dev-server.js';
import { openDevServer } from '../support/vessel/dev-server.js';
import { until } from '../support/until.js';
import type { Vessel } from '../support/vessel/vessel.js';
import { openVessel } from '../support/vessel/vessel.js';
import { workspaceBelow } from '../support/workspaces.js';

const mayMount = process.getuid?.() === 0;
if (!mayMount && process.env['CI'] === undefined) process.stderr.write('\nSKIPPED: a full disk needs root, to mount a small file system\n');
const describeAsRoot = mayMount || process.env['CI'] !== undefined ? describe : describe.skip;

describeAsRoot('a full disk (spec L2, O3, Q4a)', () => {
  let server: DevServer;
  let vessel: Vessel;
  let disk: string;
  beforeAll(async () => {
    disk = await mkdtemp(join(tmpdir(), 'janus-disk-'));
    expect(spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=16m,mode=711', 'janus-test', disk]).status).toBe(0);
    closeAtTheEnd(async () => {
      spawnSync('umount', [disk]);
      await rm(disk, { recursive: true, force: true });
    });
    server = await openDevServer();
    vessel = await openVessel(server, { folder: join(disk, 'home') });
    await vessel.startWorker();
  });

  const startByHand = async (id: string) => {
    // Longer than the free rest of the file's last page, so that its record cannot slip in.
    const rationale = 'The disk is full, and this proposal has a lot to say about it. '.repeat(60);
    const document = { ...aScript('echo later'), rationale, proposal_id: id, timestamp: new Date().toISOString(), vessel_id: vessel.id };
    const queue = ['--type', 'proposalWorkflow', '--task-queue', `${vessel.id}.brain`];
    return vessel.temporal(['workflow', 'start', ...queue, '-w', id, '--input', JSON.stringify(document)]);
  };

  it('starts nothing, lets what waits wait, and recovers by itself', async () => {
    const waiting = await vessel.propose(aScript('echo ran >> trace'));
    const { bavail, bsize } = await statfs(disk);
    const filler = join(disk, 'filler');
    await writeFile(filler, Buffer.alloc(bavail * bsize)).catch(() => undefined);
    const late = 'janus-00000000d15c';
    expect(await startByHand(late)).toMatchObject({ exitCode: 0 });
    expect(await vessel.approve(waiting)).toMatchObject({ exitCode: 0 });
    const history = (id: string) => vessel.temporal(['workflow', 'show', '-w', id, '-o', 'json']);
    // It asked for its review, was told that the trail is unavailable, and waits on a durable timer.
    await until('it waits for the trail', async () =>
      (await history(late)).stdout.includes('EVENT_TYPE_TIMER_STARTED') ? true : undefined,
    );
    expect(await vessel.trail(late)).toEqual([]);
    await expect(readFile(join(workspaceBelow(join(vessel.home, 'workspaces'), waiting), 'trace'))).rejects.toThrow('ENOENT');
    const health = await vessel.ubos(['status', '--exit-code', '--json']);
    expect(health.exitCode).toBe(9);
    const { findings } = JSON.parse(health.stdout) as { findings: { id: string; ok: boolean; detail: string }[] };
    expect(findings).toContainEqual(
      expect.objectContaining({ id: 'trail', ok: false, detail: expect.stringContaining('takes no records') }),
    );
    // Its own page needs no room.
    expect(findings).toContainEqual(expect.objectContaining({ id: 'worker', ok: true }));
    await rm(filler);
    await vessel.reaches(late, 'proposed');
    await vessel.reaches(waiting, 'completed');
    expect(await readFile(join(workspaceBelow(join(vessel.home, 'workspaces'), waiting), 'trace'), 'utf8')).toBe('ran\n');
    expect(await vessel.trail(waiting)).toEqual(['action_proposed', 'action_approved', 'start_authorised', 'action_completed']);
    expect(await checkChain(join(vessel.home, 'proposals.jsonl'))).toMatchObject({ ok: true });
  });
});
