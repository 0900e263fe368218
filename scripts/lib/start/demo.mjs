import { out, Stop } from '../say.mjs';
import { announce, approve, examine, killWhileWaiting, reject } from './steps.mjs';
import { stopWhileRunning } from './stopping.mjs';

async function announced(name, context) {
  const proposal = await announce(name, context);
  if (proposal.needsPersons)
    throw new Stop('the demonstration decides under a name alone, and this vessel believes signatures or groups only', {
      next: 'JANUS_HOME=/another/folder npm start -- --demo',
    });
  return proposal;
}

async function approveAs(wanted, { id }, context) {
  const { status, reason } = await approve(id, context);
  if (status !== wanted) throw new Stop(`${id} ended ${status}, expected ${wanted}: ${reason}`);
}

/** The whole of it without a person: approve, reject, failure with rollback, kill -9 while one waits. */
export async function runDemo(context) {
  out('\n1. approve');
  await approveAs('completed', await announced('disk-report', context), context);
  out('\n2. reject');
  await reject((await announced('settings-change', context)).id, context);
  out('\n3. an action that fails, and its rollback');
  await approveAs('rolled_back', await announced('fails-and-rolls-back', context), context);
  out('\n4. kill -9 while one waits');
  const fourth = await announced('log-rotation', context);
  await killWhileWaiting(fourth, context);
  await approveAs('completed', fourth, context);
  out('\n5. an emergency stop while one runs');
  await stopWhileRunning(context);
  await examine(context);
  out('\n✓ approved, rejected, rolled back, recovered and stopped; everything is in order');
}
