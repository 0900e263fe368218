import { hostPressure, pool } from '../lib/host.mjs';
import { median, rounded, summary } from '../lib/statistics.mjs';
import { startSignedVessel } from '../lib/signed-vessel.mjs';
import { bareVariant, janusVariant, untilWaiting } from '../lib/vessel.mjs';

const eventTypes = { workflowTaskStarted: 6, workflowTaskCompleted: 7, activityTaskStarted: 11, activityTaskCompleted: 12, signaled: 26 };
const milliseconds = ({ seconds, nanos }) => Number(seconds) * 1_000 + nanos / 1e6;
const decode = (payload) => JSON.parse(new TextDecoder().decode(payload.data));

/**
 * From the moment at which the server accepted the approval (time of the event) to the moment at which the action was started, as whoever
 * started it says. One clock: everything runs on this machine.
 */
async function approvalToStart(client, id) {
  const { events } = await client.workflow.getHandle(id).fetchHistory();
  const signal = events.findIndex(({ eventType }) => eventType === eventTypes.signaled);
  const next = (type) => events.slice(signal).find(({ eventType }) => eventType === type);
  // Hands answer signed: what they did stands in their answer.
  const result = decode(next(eventTypes.activityTaskCompleted).activityTaskCompletedEventAttributes.result.payloads[0]);
  const steps = result.answer?.steps ?? result.steps;
  if (typeof result !== 'number' && steps === undefined) throw new Error(`${id} was not started: ${JSON.stringify(result)}`);
  const moments = [
    milliseconds(events[signal].eventTime),
    milliseconds(next(eventTypes.workflowTaskStarted).eventTime),
    milliseconds(next(eventTypes.workflowTaskCompleted).eventTime),
    milliseconds(next(eventTypes.activityTaskStarted).eventTime),
    typeof result === 'number' ? result : Date.parse(steps[0].startedAt),
  ];
  return { whole: moments.at(-1) - moments[0], parts: moments.slice(1).map((moment, index) => moment - moments[index]) };
}

/** Where the time goes: medians of the way to the worker, of the workflow task, of the way to the hands, and of what these do before the start. */
function partsOf(found) {
  const names = ['to_worker', 'workflow_task', 'to_hands', 'to_start'];
  return Object.fromEntries(names.map((name, index) => [name, rounded(median(found.map(({ parts }) => parts[index])))]));
}

/** One after the other, floor, Janus and Janus with signatures by turns, each waiting when it is approved. */
export async function measureLatency({ client, bare, janus, startVessel }, { samples, batch, secondsMax }) {
  const withSignatures = await startSignedVessel(client, startVessel);
  const until = Date.now() + secondsMax * 1_000;
  const variants = [bareVariant(client, bare, 'floorWorkflow'), janusVariant(client, janus), withSignatures];
  const found = variants.map(() => []);
  const warmUp = 5;
  for (let done = 0; done < samples + warmUp && Date.now() < until; done += batch) {
    const size = Math.min(batch, samples + warmUp - done);
    const items = variants.map((variant) => Array.from({ length: size }, () => variant.prepare()));
    for (const [index, variant] of variants.entries()) {
      await pool(items[index], 8, async (item) => {
        await variant.start(item);
        await untilWaiting(client, item.id);
      });
    }
    for (let turn = 0; turn < size && Date.now() < until; turn += 1) {
      for (const [index, variant] of variants.entries()) {
        const item = items[index][turn];
        await variant.approve(item);
        await variant.result(item);
        if (done + turn >= warmUp) found[index].push(await approvalToStart(client, item.id));
      }
    }
  }
  const [floor, own, signed] = found.map((each) => ({ ...summary(each.map(({ whole }) => whole)), parts: partsOf(each) }));
  const host = hostPressure();
  return {
    floor: { approval_to_start_ms: floor, host },
    janus: { approval_to_start_ms: own, host },
    signed: { approval_to_start_ms: signed, host },
  };
}
