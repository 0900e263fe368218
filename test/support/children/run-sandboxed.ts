import { createSandbox } from '../../../src/adapters/sandbox/run/create-sandbox.js';
import { charterLimits } from '../../../src/domain/action/limits.js';

/** Runs one script in a sandbox and reports what it printed: for what only a process of its own can show, such as inherited descriptors. */
const [workspacesRoot = '', script = ''] = process.argv.slice(2);
const sandbox = createSandbox({ bwrapPath: '/usr/bin/bwrap', workspacesRoot, account: 'janus-no-such-account' });
const workspace = await sandbox.prepareWorkspace('janus-00000000beef');
const command = { tool: 'shell', path: '/usr/bin/bash', args: ['--noprofile', '--norc', '-c', script] };
const request = {
  command,
  workspace,
  limits: charterLimits,
  network: [],
  grants: [],
  outputPrefix: `${sandbox.outputsOf('janus-00000000beef')}/x`,
};
const { stdout } = await sandbox.run(request, new AbortController().signal);
process.send?.(stdout.text, () => process.disconnect());
