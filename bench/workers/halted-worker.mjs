import { createInterface } from 'node:readline';
import { dist } from '../lib/dist.mjs';

// A worker of hands without Temporal: runs so many sandboxes at once as it is told, each with processes that hide, and says how each of them ended.
const { createSandbox } = await dist('adapters/sandbox/run/create-sandbox.js');
const { keepRunning } = await dist('adapters/controls/running-lines.js');
const { tierOfThisMachine } = await dist('adapters/sandbox/tiers/ladder.js');
const { currentActionAccount } = await dist('adapters/sandbox/profile/account.js');
const { charterLimits } = await dist('domain/action/limits.js');

const [, , workspacesRoot, controls] = process.argv;
const account = 'janus-no-such-account';
const { uid } = currentActionAccount(account);
const sandbox = createSandbox({ bwrapPath: '/usr/bin/bwrap', workspacesRoot, account });
const running = keepRunning(controls, { workspaces: workspacesRoot, uids: [uid] });
running.tell({ cgroups: (await tierOfThisMachine(currentActionAccount(account))).parents });
const say = (line) => process.stdout.write(`${JSON.stringify(line)}\n`);

async function run(script, number) {
  const id = `janus-${number.toString(16).padStart(12, '0')}`;
  const workspace = await sandbox.prepareWorkspace(id);
  const command = { tool: 'shell', path: '/usr/bin/bash', args: ['--noprofile', '--norc', '-c', script] };
  const outputPrefix = `${sandbox.outputsOf(id)}/run`;
  const request = { command, workspace, limits: charterLimits, network: [], grants: [], outputPrefix };
  const startedAt = performance.now();
  const ended = await sandbox.run(request, new AbortController().signal).catch(({ message }) => ({ reason: `not started: ${message}` }));
  return { reason: ended.reason, milliseconds: performance.now() - startedAt };
}

for await (const line of createInterface({ input: process.stdin })) {
  const { script, count, atOnce } = JSON.parse(line);
  let next = 0;
  const lane = async () => {
    while (next < count) say({ ended: await run(script, (next += 1)) });
  };
  void Promise.all(Array.from({ length: atOnce }, lane)).then(() => say({ done: true }));
}
