import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createHalting } from '../../../src/activities/hands/halting.js';
import type { StandingStop } from '../../../src/domain/controls/stop.js';
import type { ExecutionPlan } from '../../../src/domain/action/plan.js';
import type { CommandResult } from '../../../src/domain/action/result.js';
import { standing, theStop } from '../../support/standing-stop.js';
import { aResult } from '../../support/trail/ledgers.js';
import type { HandsBench } from '../../support/vessel/hands.js';
import { aPlan, openHands } from '../../support/vessel/hands.js';

const emergency = 'emergency stop: a file exists';
const shell = (...args: string[]) => ({ tool_name: 'shell', tool_args: args });
const undoable = { risk_level: 'medium' as const, rollback_plan: 'put it back', rollback: [shell('undo')] };

let bench: HandsBench;
beforeEach(async () => {
  bench = await openHands();
});
afterEach(() => bench.close());

const execute = (plan: ExecutionPlan) => bench.run((hands) => hands.executeAction(bench.permit(plan))).result;
const rollBack = (plan: ExecutionPlan) =>
  bench.run((hands) => hands.rollBackStep({ ...bench.permit(plan, { purpose: 'rollback', steps: 1 }), index: 0 })).result;

/** Sees the stop while its command runs, and is killed by `killed`. */
function stopDuring(killed: (signal: AbortSignal) => Promise<Partial<CommandResult>> | Partial<CommandResult>) {
  bench.sandbox.behaviour = async (_, signal) => {
    bench.emergency = emergency;
    return { ...aResult(), exitCode: null, ...(await killed(signal)) };
  };
}
const byGuard = () => ({ reason: 'signal' as const, signal: 'SIGKILL' });
const byWorker = (signal: AbortSignal) =>
  new Promise<{ readonly reason: 'cancelled' }>((resolve) => signal.addEventListener('abort', () => resolve({ reason: 'cancelled' })));

describe('what a stop ends (spec K1, P2)', () => {
  it.each([
    { by: 'the guard', killed: byGuard },
    { by: 'its own worker, where there is no guard', killed: byWorker },
  ])('by $by is interrupted, names the stop, and is not run again', async ({ killed }) => {
    stopDuring(killed);
    const plan = aPlan();
    const result = await execute(plan);
    expect(result).toMatchObject({
      state: 'interrupted',
      stopped: theStop,
      startedSteps: 1,
      steps: [{ reason: 'stopped', note: emergency }],
    });
    bench.emergency = undefined;
    expect(await execute(plan)).toEqual(result);
    expect(bench.sandbox.ran).toHaveLength(1);
  });

  it('is not what ended by itself, or by somebody else', async () => {
    stopDuring(() => ({ reason: 'exit', exitCode: 0 }));
    expect(await execute(aPlan())).toMatchObject({ state: 'finished', ok: true });
    bench.emergency = undefined;
    bench.sandbox.behaviour = async () => ({ ...aResult(), exitCode: null, ...byGuard() });
    const other = await execute(aPlan({ proposal_id: 'janus-00000000000f' }));
    expect(other).toMatchObject({ state: 'finished', ok: false, steps: [{ reason: 'signal' }] });
  });

  it('is looked for only while something runs, and never under a drain', async () => {
    let [looks, stop] = [0, undefined as StandingStop | undefined];
    const halting = createHalting(async () => {
      looks += 1;
      return stop;
    });
    const { signal } = new AbortController();
    await halting.during(signal, async () => undefined);
    expect(looks).toBe(0);
    stop = { mode: 'drain', isFileThere: false, found: '', next: '' };
    expect(await halting.seen()).toBeUndefined();
    stop = standing(emergency);
    expect(await halting.during(signal, byWorker)).toEqual({ reason: 'cancelled' });
  });
});

describe('under a stop (spec K1, X8, X9)', () => {
  /** An action that a stop has ended, while it stands. */
  async function stopped(change: Partial<ExecutionPlan> = {}) {
    const plan = { ...aPlan({ ...undoable, probe: shell('look') }), ...change };
    stopDuring(byGuard);
    expect(await execute(plan)).toMatchObject({ state: 'interrupted' });
    bench.sandbox.behaviour = async () => aResult();
    bench.sandbox.ran.length = 0;
    return plan;
  }

  it('no probe runs and no rollback; lifted, they do', async () => {
    const plan = await stopped();
    const probe = () => bench.run((hands) => hands.probeAction(bench.permit(plan, { purpose: 'probe' }))).result;
    for (const asked of [probe, () => rollBack(plan)]) await expect(asked()).rejects.toMatchObject({ type: 'STOPPED' });
    expect(bench.sandbox.ran).toEqual([]);
    bench.emergency = undefined;
    expect(await probe()).toMatchObject({ verdict: 'happened' });
    expect(await rollBack(plan)).toMatchObject({ state: 'finished', ok: true });
  });

  it('a probe that it meets in the middle has seen nothing, however it ended', async () => {
    const plan = await stopped();
    bench.emergency = undefined;
    stopDuring(() => ({ reason: 'exit', exitCode: 1 }));
    const probe = () => bench.run((hands) => hands.probeAction(bench.permit(plan, { purpose: 'probe' }))).result;
    expect(await probe()).toMatchObject({ verdict: 'unknown', why: emergency });
  });

  it('a rollback runs whose plan says so, and the guard is told to spare it', async () => {
    const spared: string[] = [];
    const spare: HandsBench['deps']['spare'] = (workspace, work) => {
      spared.push(workspace);
      return work();
    };
    Object.assign(bench.deps, { spare });
    const plan = await stopped({ rollbackUnderStop: 'run' });
    expect(await rollBack(plan)).toMatchObject({ state: 'finished', ok: true });
    expect(spared).toEqual([`/work/${plan.proposalId}`]);
  });

  it('a rollback that it ends says so', async () => {
    const plan = await stopped();
    bench.emergency = undefined;
    stopDuring(byGuard);
    expect(await rollBack(plan)).toMatchObject({ state: 'finished', ok: false, result: { reason: 'stopped' }, problems: [emergency] });
  });
});
