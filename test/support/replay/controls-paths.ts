import { queues, vesselWorkflowId, wakeSignal, workflowTypes } from '../../../src/contract/names.js';
import type { Bench } from '../bench/bench.js';
import { vessel } from '../bench/knobs.js';
import { approve, proposed, started, undoable } from '../bench/people.js';
import { theStop } from '../standing-stop.js';
import { until } from '../until.js';
import type { Path } from './decision-paths.js';

/** An action that an emergency stop ends while it runs. */
async function stopped(bench: Bench) {
  const handle = await started(bench, 'wait', undoable('exit 0'));
  await bench.sandbox.started(handle.workflowId);
  bench.knobs.emergencyStop = { brain: 'EMERGENCY_STOP is there', hands: 'EMERGENCY_STOP is there' };
  return handle;
}

/** What holds actions back, what ends them, and what people order of the vessel itself. */
export const controlsPaths: readonly Path[] = [
  {
    name: 'over-the-rate',
    walk: async (bench) => {
      const paced = { action_type: 'paced' };
      for (let index = 0; index < 2; index += 1) await (await started(bench, 'exit 0', paced)).result();
      const handle = await started(bench, 'exit 0', paced);
      await until('it is held', async () =>
        (await bench.records(handle.workflowId)).find(({ event_type: type }) => type === 'rate_limited'),
      );
      return handle;
    },
  },
  {
    name: 'paused-after-failures',
    walk: async (bench) => {
      const handle = await proposed(bench, bench.document('exit 0'));
      for (let index = 0; index < 3; index += 1) await (await started(bench, 'exit 1')).result();
      // Other paths of this bench fail too: whichever was the third, it counts from now on.
      bench.knobs.pauses = true;
      await approve(bench, handle);
      const pause = await until('it is paused', async () =>
        (await bench.missionLog()).findLast(({ event_type: type }) => type === 'vessel_paused'),
      );
      await until('it is suspended', async () =>
        (await bench.records(handle.workflowId)).find(({ event_type: type }) => type === 'action_suspended'),
      );
      await bench.resume(pause.id);
      return handle;
    },
  },
  {
    name: 'suspended-while-it-waits',
    walk: async (bench) => {
      const handle = await proposed(bench, bench.document('exit 0'));
      const recorded = (type: string) =>
        until(`${type} is on record`, async () => (await bench.records(handle.workflowId)).find(({ event_type: each }) => each === type));
      bench.knobs.emergencyStop.brain = 'EMERGENCY_STOP is there';
      await handle.signal(wakeSignal);
      await recorded('action_suspended');
      delete bench.knobs.emergencyStop.brain;
      await handle.signal(wakeSignal);
      await recorded('approval_withdrawn');
      await approve(bench, handle);
      return handle;
    },
  },
  {
    name: 'stopped-and-undone-afterwards',
    walk: async (bench) => {
      const handle = await stopped(bench);
      await until(`${theStop} is on record`, async () =>
        (await bench.records(handle.workflowId)).find(({ event_type: type }) => type === 'action_interrupted'),
      );
      bench.knobs.emergencyStop = {};
      return handle;
    },
  },
  {
    name: 'stopped-and-undone-at-once',
    walk: (bench) => {
      bench.knobs.rules = { rollbackUnderStop: 'run' };
      return stopped(bench);
    },
  },
  {
    name: 'ordered',
    isOpen: true,
    walk: async (bench) => {
      const handle = await bench.server.client.workflow.start(workflowTypes.vessel, {
        workflowId: vesselWorkflowId(vessel),
        taskQueue: queues.brain(vessel),
        args: [],
        workflowIdConflictPolicy: 'TERMINATE_EXISTING',
      });
      const by = { by: 'ana', reason: 'we look first' };
      const order = (message: object) =>
        handle.executeUpdate<{ readonly standing: { readonly setting: { readonly id: string } } }, [object]>('order', {
          args: [{ ...by, ...message }],
        });
      await order({ kind: 'limit', limit: 2 });
      await handle.signal('order', { ...by, kind: 'hold' });
      await until('hands hold', async () => bench.keptOrders().hold || undefined);
      // Above the configuration, and about something that does not stand.
      await order({ kind: 'limit', limit: 9 });
      const { standing } = await order({ kind: 'resume', of: 'stop-ffffffffffff' });
      await order({ kind: 'release', of: standing.setting.id });
      return handle;
    },
  },
];
