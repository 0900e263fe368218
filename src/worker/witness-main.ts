import { parseArgs } from 'node:util';
import { createLogger } from '../adapters/log/create-logger.js';
import { loadConfig } from '../config/load.js';
import { JanusError } from '../domain/errors.js';
import { runWitness } from './witness.js';

/**
 * An entry of its own: the process that holds the key of the heads loads nothing of Temporal, native code least of all. Takes `--role
 * witness` like the other entry, so that it is started alike.
 */
async function main(): Promise<void> {
  const { values } = parseArgs({ options: { role: { type: 'string', default: 'witness' }, config: { type: 'string' } } });
  if (values.role !== 'witness') throw new JanusError('USAGE', `--role ${values.role} is none of this entry: only witness`);
  const config = loadConfig({ agentFile: values.config, env: process.env, cwd: process.cwd() });
  const { paths, vesselName, verbose } = config;
  await runWitness(
    config,
    createLogger({ file: paths.agentLog, vesselName, verbose, journal: process.env['JOURNAL_STREAM'] !== undefined }),
  );
}

try {
  await main();
} catch (error) {
  const known = error instanceof JanusError;
  const next = known && error.next !== undefined ? `next: ${error.next}\n` : '';
  process.stderr.write(known ? `janus witness: ${error.message}\n${next}` : `${String((error as Error).stack ?? error)}\n`);
  process.exitCode = known ? 2 : 1;
}
