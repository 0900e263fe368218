import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { readUnrecorded } from '../../src/adapters/controls/journal.js';
import { readGuard } from '../../src/adapters/controls/guard-page.js';
import { readStop, stopFilesOf } from '../../src/adapters/controls/stop-mark.js';
import { aScript } from '../support/sandbox/actions.js';
import { pidsCalled } from '../support/sandbox/swarm.js';
import type { DevServer } from '../support/vessel/dev-server.js';
import { openDevServer } from '../support/vessel/dev-server.js';
import { until } from '../support/until.js';
import type { Vessel, WorkerProcess } from '../support/vessel/vessel.js';
import { openVessel } from '../support/vessel/vessel.js';

/** Four processes that do what they can to outlive their action: sessions of their own, forked twice, deaf. */
const hides = (mark: string) =>
  `trap "" TERM INT HUP; (setsid bash -c 'trap "" TERM HUP; exec -a ${mark} sleep 300' &); (setsid bash -c '(exec -a ${mark} sleep 300) &' &); nohup bash -c 'exec -a ${mark} sleep 300' >/dev/null 2>&1 & exec -a ${mark} sleep 300`;

describe('an emergency stop (spec K1)', () => {
  let server: DevServer;
  let vessel: Vessel;
  let worker: WorkerProcess;
  let guard: WorkerProcess;
  let controls: string;
  let [stopped, heldBack] = ['', ''];
  beforeAll(async () => {
    server = await openDevServer();
    vessel = await openVessel(server, { agent: { harness: { max_concurrency: 16 } } });
    controls = join(vessel.home, 'controls');
    guard = await vessel.startWorker('guard');
    worker = await vessel.startWorker();
  });

  const files = () => stopFilesOf({ emergencyStop: join(vessel.home, 'EMERGENCY_STOP'), controls });
  const allDead = (mark: string) => until('nothing of it is alive', () => (pidsCalled(mark).length === 0 ? true : undefined));
  const recorded = async (id: string) =>
    (await vessel.records()).filter(({ action_id: action }) => action === id).map(({ event_type: type }) => type);

  it('ends what hides, while the worker stands still; the action is indeterminate, and says which stop it was', async () => {
    const mark = `stopped-${process.pid}`;
    const id = (stopped = await vessel.propose(aScript(hides(mark))));
    await vessel.approve(id);
    await until('they run', () => (pidsCalled(mark).length === 4 ? true : undefined));
    process.kill(worker.pid, 'SIGSTOP');
    try {
      writeFileSync(files().file, '');
      await allDead(mark);
      // Taken away at once: the mark stands, and so does the stop.
      await until('the mark is there', () => (existsSync(files().mark) ? true : undefined));
      rmSync(files().file);
    } finally {
      process.kill(worker.pid, 'SIGCONT');
    }
    const { id: stop } = (await readStop(files())) ?? {};
    await vessel.reaches(id, 'indeterminate');
    const found = await until('the guard says what it did', () => {
      const halted = readGuard(controls, Date.now())?.halted;
      return halted?.stop === stop ? halted : undefined;
    });
    expect(found).toMatchObject({ sandboxes: 1, milliseconds: expect.any(Number) });
    expect(await recorded(id)).toContain('action_interrupted');
    const last = (await vessel.records()).findLast(({ event_type: type }) => type === 'action_interrupted');
    expect(last).toMatchObject({ action_id: id, status: 'indeterminate', reason: 'stopped', stop });
    expect(await recorded(id)).not.toContain('action_rolled_back');
    // What the guard did it keeps until the brain has it; it shows it first, and writes it down then.
    await until('both are kept, or recorded', async () => {
      const kept = readUnrecorded(join(controls, 'journal')).map(({ event }): string => event);
      const told = (await vessel.records('mission_log')).map(({ event_type: type }) => type);
      return ['emergency_stop', 'emergency_stop_done'].every((event) => [...told, ...kept].includes(event)) || undefined;
    });
  });

  it('survives both: started anew, nothing starts and the guard knows what it had done', async () => {
    await Promise.all([worker.kill(), guard.kill()]);
    expect(await vessel.startWorker('guard').then(({ pid }) => pid > 0)).toBe(true);
    expect(readGuard(controls, Date.now())).toMatchObject({ state: 'alive', halted: { sandboxes: 1 } });
    await vessel.startWorker();
    const id = (heldBack = await vessel.propose(aScript('echo ran')));
    await vessel.reaches(id, 'suspended');
    expect(await recorded(id)).not.toContain('start_authorised');
    // A second guard of the same vessel says so, and ends.
    await expect(vessel.startWorker('guard')).rejects.toThrow('a guard of this vessel runs already');
  });

  it('is lifted by its name: what it ended is rolled back, and what it held back asks again (spec K3)', async () => {
    const { id: stop = '' } = (await readStop(files())) ?? {};
    expect(await vessel.ubos(['resume', stop, '--reason', 'it was a test'])).toMatchObject({ exitCode: 0 });
    expect(await readStop(files())).toBeUndefined();
    await vessel.reaches(stopped, 'rolled_back');
    await vessel.reaches(heldBack, 'proposed');
  });
});
