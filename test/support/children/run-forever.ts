import { createSandbox } from '../../../src/adapters/sandbox/run/create-sandbox.js';
import { charterLimits } from '../../../src/domain/action/limits.js';

/** A worker for one action that does not end by itself. `stops`: on SIGTERM it cancels the action and ends, as the worker does; otherwise it just dies. `rlimit`: on that tier. */
const [workspacesRoot = '', script = '', how = ''] = process.argv.slice(2);
const stopping = new AbortController();
if (how === 'stops') process.once('SIGTERM', () => stopping.abort(new Error('the worker stops')));
const tier = how === 'rlimit' ? how : undefined;
const sandbox = createSandbox({ bwrapPath: '/usr/bin/bwrap', workspacesRoot, account: 'janus-no-such-account', ...(tier && { tier }) });
const workspace = await sandbox.prepareWorkspace('janus-00000000beef');
const command = { tool: 'shell', path: '/usr/bin/bash', args: ['--noprofile', '--norc', '-c', script] };
const request = {
  command,
  workspace,
  limits: { ...charterLimits, processes: 600 },
  network: [],
  grants: [],
  outputPrefix: `${sandbox.outputsOf('janus-00000000beef')}/x`,
};
const { reason } = await sandbox.run(request, stopping.signal);
process.send?.(reason, () => process.disconnect());
