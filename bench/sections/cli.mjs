import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
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

/** A key to sign with, in a folder of its own, so that the approvals without one stay without. */
function signingKey() {
  const folder = mkdtempSync(join(tmpdir(), 'janus-bench-key-'));
  execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', '', '-f', join(folder, 'bench')]);
  return { file: join(folder, 'bench'), remove: () => rmSync(folder, { recursive: true, force: true }) };
}

/**
 * `ubos` against node itself, by turns; each approval is of another proposal, and nothing runs any more when the next one is measured.
 * The signed approval is read, signed and sent; the vessel of the bench has no keys, so nobody verifies it there.
 */
export async function measureCli({ client, janus }, { rounds }) {
  const variant = janusVariant(client, janus);
  const items = Array.from({ length: 2 * (rounds + 1) }, () => variant.prepare());
  await pool(items, 8, async (item) => {
    await variant.start(item);
    await untilWaiting(client, item.id);
  });
  const found = { node: [], help: [], approve: [], signed: [], sandbox: [] };
  const time = async (name, args) => found[name].push((await timed(() => runNode(args, janus.env))).milliseconds);
  const key = signingKey();
  try {
    for (const [index, item] of items.entries()) {
      const approval = [ubosFile, 'approve', item.id, '--by', 'bench'];
      if (index % 2 === 1) {
        await time('signed', [...approval, '--key', key.file]);
        await variant.result(item);
        continue;
      }
      await time('node', ['-e', '0']);
      await time('help', [ubosFile, '--help']);
      await time('approve', approval);
      await variant.result(item);
      await time('sandbox', [ubosFile, 'sandbox', 'run', '--', '/usr/bin/true']);
    }
  } finally {
    key.remove();
  }
  const of = (name) => rounded(median(found[name].slice(1)));
  const figures = { node_ms: of('node'), help_ms: of('help'), approve_ms: of('approve'), sandbox_run_ms: of('sandbox') };
  return { cli: { ...figures, approve: { signed_ms: of('signed') }, rounds, host: hostPressure() } };
}
