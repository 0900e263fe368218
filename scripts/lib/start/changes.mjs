import { createInterface } from 'node:readline';
import { startPassing } from '../run.mjs';
import { rootPath } from '../prepare.mjs';
import { ubos, ubosFile } from '../ubos.mjs';

/** What becomes of a proposal, as the audit trail says it while it happens: `onChange({ id, status, summary })`, whoever decided, and wherever. */
export function followChanges({ env }, onChange) {
  const args = [ubosFile, 'audit', 'tail', '-f', '-n', '0', '--log', 'proposals', '--json'];
  const child = startPassing(process.execPath, args, { cwd: rootPath, env, stdio: ['ignore', 'pipe', 'ignore'] });
  createInterface({ input: child.stdout }).on('line', (line) => {
    const { event_type: event, action_id: id, status, summary } = JSON.parse(line).record;
    // What the review refuses is told to whoever proposed it.
    if (event !== 'action_refused' && typeof id === 'string' && typeof status === 'string') onChange({ id, status, summary });
  });
}

/** Those that wait, counted on as their states change. */
export async function createWaiting(context) {
  const { value } = await ubos(['proposals', 'list'], context);
  const ids = new Set(value?.proposals?.filter(({ status }) => status === 'proposed').map(({ proposal_id: id }) => id));
  return {
    note: ({ id, status }) => void (status === 'proposed' ? ids.add(id) : ids.delete(id)),
    words: () =>
      ids.size === 0
        ? 'nothing waits'
        : `${ids.size} ${ids.size === 1 ? 'proposal still waits' : 'proposals still wait'} and will be there next time`,
  };
}
