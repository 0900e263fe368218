import { spawn } from 'node:child_process';
import { chmodSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { dist } from '../lib/dist.mjs';
import { hostPressure, timed } from '../lib/host.mjs';
import { median, rounded, summary } from '../lib/statistics.mjs';

const program = '/usr/bin/true';

function plainSpawn() {
  return new Promise((resolve, reject) => {
    const child = spawn(program, [], { cwd: '/', env: {}, stdio: ['ignore', 'pipe', 'pipe'] });
    child.once('error', reject);
    child.stdout.resume();
    child.stderr.resume();
    child.once('close', resolve);
  });
}

/** The same program, plainly and in its sandbox, by turns: until nothing of it is left and its output is on the disk. */
export async function measureSandbox({ folder, janus }, { pairs }) {
  const [{ createSandbox }, { charterLimits }] = await Promise.all([dist('adapters/sandbox/create-sandbox.js'), dist('domain/limits.js')]);
  const root = join(folder, 'sandbox-workspaces');
  mkdirSync(root, { mode: 0o711 });
  chmodSync(folder, 0o711);
  const { bwrapPath, account } = janus.config.sandbox;
  const sandbox = createSandbox({ bwrapPath, workspacesRoot: root, account });
  const workspace = await sandbox.prepareWorkspace('janus-0000000000be');
  const request = {
    command: { tool: 'noop', path: program, args: [] },
    workspace,
    limits: charterLimits,
    network: [],
    grants: [],
    outputPrefix: `${workspace}.output/step-1`,
  };
  const sandboxed = async () => {
    const { reason, exitCode } = await sandbox.run(request, new AbortController().signal);
    if (reason !== 'exit' || exitCode !== 0) throw new Error(`the sandbox ended by ${reason} with ${exitCode}`);
  };
  const found = { plain: [], sandboxed: [] };
  for (let pair = -3; pair < pairs; pair += 1) {
    const plain = (await timed(plainSpawn)).milliseconds;
    const inside = (await timed(sandboxed)).milliseconds;
    if (pair < 0) continue;
    found.plain.push(plain);
    found.sandboxed.push(inside);
  }
  return {
    sandbox: {
      plain_ms: rounded(median(found.plain)),
      sandboxed_ms: rounded(median(found.sandboxed)),
      overhead_ms: summary(found.sandboxed.map((value, index) => value - found.plain[index])),
      host: hostPressure(),
    },
  };
}
