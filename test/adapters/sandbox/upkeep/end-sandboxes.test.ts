import type { ChildProcess } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { chmod } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, it } from '@jest/globals';
import { startTicksOf } from '../../../../src/adapters/files/start-ticks.js';
import { currentActionAccount } from '../../../../src/adapters/sandbox/profile/account.js';
import { tierOfThisMachine } from '../../../../src/adapters/sandbox/tiers/ladder.js';
import type { Place } from '../../../../src/adapters/sandbox/upkeep/end-sandboxes.js';
import { createEnder } from '../../../../src/adapters/sandbox/upkeep/end-sandboxes.js';
import { workspaceOf } from '../../../../src/adapters/sandbox/workspace/places.js';
import { useChild } from '../../../support/children.js';
import { describeWithBwrap } from '../../../support/sandbox/sandboxes.js';
import { pidsCalled, swarm } from '../../../support/sandbox/swarm.js';
import { soon } from '../../../support/soon.js';

const account = currentActionAccount('janus-no-such-account');
const roots: string[] = [];

interface Vessel {
  readonly worker: ChildProcess;
  readonly place: Place;
  readonly workspace: string;
}

/** Until a look finds nothing alive. */
const ended = async (place: Place) => {
  const ender = createEnder();
  await soon(async () => (await ender.end(() => [place])).length === 0);
};

describeWithBwrap('what a stop ends, from a process of its own (spec K1, K2)', () => {
  const worker = useChild('run-forever');
  afterEach(async () => {
    for (const root of roots.splice(0)) rmSync(root, { recursive: true, force: true });
  });

  /** A worker of its own vessel; `ready` is in the workspace when its action is at work. */
  async function aVessel(script: string, how = ''): Promise<Vessel> {
    const root = mkdtempSync(join(tmpdir(), 'janus-test-'));
    await chmod(root, 0o711);
    roots.push(root);
    const workspaces = join(root, 'workspaces');
    const child = worker.start(workspaces, script, how);
    const workspace = workspaceOf(workspaces, 'janus-00000000beef', account);
    await soon(() => existsSync(join(workspace, 'ready')));
    const { parents } = how === 'rlimit' ? { parents: [] } : await tierOfThisMachine(account);
    const pid = child.pid ?? 0;
    return {
      worker: child,
      workspace,
      place: { workspaces, uids: [account.uid], cgroups: parents, pid, startTicks: startTicksOf(pid), spared: [] },
    };
  }

  it.each(['', 'rlimit'])('200 processes that hide, while their worker stands still: none is left (tier: %s)', async (how) => {
    const mark = `hides-${process.pid}-${how}`;
    const vessel = await aVessel(swarm(mark, 'sleep 300'), how);
    vessel.worker.kill('SIGSTOP');
    try {
      expect(pidsCalled(mark).length).toBeGreaterThanOrEqual(200);
      await ended(vessel.place);
      // A zombie of a process that nobody waits for has no name.
      expect(pidsCalled(mark)).toEqual([]);
    } finally {
      vessel.worker.kill('SIGCONT');
      vessel.worker.kill('SIGKILL');
    }
  });

  it('one vessel ends nothing of another on the same host, and what is spared lives on', async () => {
    const script = (mark: string) => `touch ready; exec -a ${mark} sleep 300`;
    const [one, other] = [`one-${process.pid}`, `other-${process.pid}`];
    const [first, second] = [await aVessel(script(one)), await aVessel(script(other))];
    await ended({ ...first.place, spared: [first.workspace] });
    expect([pidsCalled(one).length, pidsCalled(other).length]).toEqual([1, 1]);
    await ended(first.place);
    expect([pidsCalled(one).length, pidsCalled(other).length]).toEqual([0, 1]);
    // Nor does it end, as one without a worker, what has one.
    expect(await createEnder().endOrphans([second.place])).toEqual([]);
    expect(pidsCalled(other).length).toBe(1);
    await ended(second.place);
    for (const { worker: child } of [first, second]) child.kill('SIGKILL');
  });
});
