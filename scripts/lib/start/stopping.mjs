import { readdirSync, readFileSync } from 'node:fs';
import { out, Stop } from '../say.mjs';
import { announce, by, must, sayEnd, viewOf } from './steps.mjs';

/** What the processes of examples/runs-for-long.yaml call themselves. */
const name = 'janus-runs-for-long';

/** How many of them are alive; a zombie has no name any more. */
function alive() {
  return readdirSync('/proc').filter((pid) => {
    try {
      return readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0')[0] === name;
    } catch {
      return false;
    }
  }).length;
}

/** Looks until it is so; a person at the keyboard waits for a minute, and no longer. */
async function until(what, look) {
  for (const end = Date.now() + 60_000; Date.now() < end; await new Promise((resolve) => setTimeout(resolve, 100))) {
    const found = await look();
    if (found) return found;
  }
  throw new Stop(`not within a minute: ${what}`, { next: 'ubos status' });
}

/** One key: all dead, and how long that took; then resumed, and what ran is undone. */
export async function stopWhileRunning(context) {
  const { id, needsPersons } = await announce('runs-for-long', context);
  if (needsPersons) throw new Stop('the demonstration approves it under a name alone, and this vessel believes signatures or groups only');
  const { digest } = await viewOf(id, context);
  await must(['approve', id, '--digest', digest, ...by], context);
  const running = await until('its processes run', () => (alive() >= 4 ? alive() : undefined));
  out(`${running} processes run, deaf to every signal that can be ignored, in sessions of their own`);
  const { value: stop } = await must(['stop', '--reason', 'This is a demonstration', ...by], context);
  const left = alive();
  if (left > 0 || stop.milliseconds === null) throw new Stop(`${left} processes are alive after ${stop.id}`, { next: 'ubos status' });
  // Not how many sandboxes the guard ended: the worker may have been faster.
  out(`✗ ${stop.id}: they are dead, nothing was alive after ${stop.milliseconds} ms`);
  await must(['resume', stop.id, '--reason', 'The demonstration is over', ...by], context);
  out('✓ resumed; what was ended is rolled back now');
  await until(`${id} is settled`, async () => context.isFinal((await viewOf(id, context)).status));
  await sayEnd(id, context);
}
