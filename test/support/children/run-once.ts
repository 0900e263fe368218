import { createSandbox } from '../../../src/adapters/sandbox/run/create-sandbox.js';
import { charterLimits } from '../../../src/domain/action/limits.js';

/** Runs one script on the rlimit tier and reports how it ended: for what depends on whose process the worker is. */
const [workspacesRoot = '', script = '', memoryMb = ''] = process.argv.slice(2);
const sandbox = createSandbox({ bwrapPath: '/usr/bin/bwrap', workspacesRoot, account: 'janus-no-such-account', tier: 'rlimit' });
const workspace = await sandbox.prepareWorkspace('janus-00000000beef');
const command = { tool: 'shell', path: '/usr/bin/bash', args: ['--noprofile', '--norc', '-c', script] };
const limits = { ...charterLimits, wallSeconds: 30, memoryMb: Number(memoryMb) };
const request = { command, workspace, limits, network: [], grants: [], outputPrefix: `${sandbox.outputsOf('janus-00000000beef')}/x` };
const { reason, exitCode, note } = await sandbox.run(request, new AbortController().signal);
process.send?.({ reason, exitCode, note }, () => process.disconnect());
