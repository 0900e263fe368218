import { parseArgs } from 'node:util';
import { JanusError } from '../domain/errors.js';

/** The guard reads no configuration itself: what reads it is loaded for the others only. */
async function main(): Promise<void> {
  const { values } = parseArgs({ options: { role: { type: 'string', default: 'all' }, config: { type: 'string' } } });
  const { role, config } = values;
  if (role === 'guard') await (await import('./roles/guard.js')).runGuard(config);
  else await (await import('./start-role.js')).startRole(role, config);
}

try {
  await main();
} catch (error) {
  const known = error instanceof JanusError;
  process.stderr.write(
    known
      ? `janus worker: ${error.message}\n${error.next === undefined ? '' : `next: ${error.next}\n`}`
      : `${String((error as Error).stack ?? error)}\n`,
  );
  process.exitCode = known && error.code === 'TEMPORAL_UNREACHABLE' ? 69 : known ? 2 : 1;
  // What was opened before it failed (connections, the notifier) would keep a worker there that does nothing, and nobody would start another.
  setTimeout(() => process.exit(), 500).unref();
}
