import { spawn } from 'node:child_process';
import { ubosFile } from '../../scripts/lib/ubos.mjs';
import { hostPressure, pool, timed } from '../lib/host.mjs';
import { median, rounded } from '../lib/statistics.mjs';
import { janusVariant, untilWaiting } from '../lib/vessel.mjs';

/** Runs node with these arguments, as a shell would; rejects where it fails. */
export function runNode(args, env) {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, args, { env, stdio: ['ignore', 'pipe', 'pipe'] });
    let words = '';
    child.stdout.resume();
    child.stderr.on('data', (chunk) => (words += chunk));
    child.once('error', reject);
    child.once('close', (code) => (code === 0 ? resolve() : reject(new Error(`node ${args.join(' ')} ended with ${code}\n${words}`))));
  });
}

/** `ubos` against node itself, by turns; each approval is of another proposal, and nothing runs any more when the next one is measured. */
export async function measureCli({ client, janus }, { rounds }) {
  const variant = janusVariant(client, janus);
  const items = Array.from({ length: rounds + 1 }, () => variant.prepare());
  await pool(items, 8, async (item) => {
    await variant.start(item);
    await untilWaiting(client, item.id);
  });
  const found = { node: [], help: [], approve: [], sandbox: [] };
  const time = async (name, args) => found[name].push((await timed(() => runNode(args, janus.env))).milliseconds);
  for (const item of items) {
    await time('node', ['-e', '0']);
    await time('help', [ubosFile, '--help']);
    await time('approve', [ubosFile, 'approve', item.id, '--by', 'bench']);
    await variant.result(item);
    await time('sandbox', [ubosFile, 'sandbox', 'run', '--', '/usr/bin/true']);
  }
  const of = (name) => rounded(median(found[name].slice(1)));
  const figures = { node_ms: of('node'), help_ms: of('help'), approve_ms: of('approve'), sandbox_run_ms: of('sandbox') };
  return { cli: { ...figures, rounds, host: hostPressure() } };
}
