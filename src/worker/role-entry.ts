import { parseArgs } from 'node:util';
import type { Logger } from 'pino';
import { createLogger } from '../adapters/log/create-logger.js';
import type { JanusConfig } from '../config/config.js';
import { loadConfig } from '../config/load.js';
import { JanusError } from '../domain/errors.js';

/**
 * The whole of an entry that has one role and loads nothing of Temporal, native code least of all. Takes `--role` like the other entry, so
 * that it is started alike. Ends with exit code 2 for what a person can mend, 1 for the rest.
 */
export async function runAsEntry(role: string, run: (config: JanusConfig, logger: Logger) => Promise<void>): Promise<void> {
  try {
    const { values } = parseArgs({ options: { role: { type: 'string', default: role }, config: { type: 'string' } } });
    if (values.role !== role) throw new JanusError('USAGE', `--role ${values.role} is none of this entry: only ${role}`);
    const config = loadConfig({ agentFile: values.config, env: process.env, cwd: process.cwd() });
    const { paths, vesselName, verbose } = config;
    await run(config, createLogger({ file: paths.agentLog, vesselName, verbose, journal: process.env['JOURNAL_STREAM'] !== undefined }));
  } catch (error) {
    const known = error instanceof JanusError;
    const next = known && error.next !== undefined ? `next: ${error.next}\n` : '';
    process.stderr.write(known ? `janus ${role}: ${error.message}\n${next}` : `${String((error as Error).stack ?? error)}\n`);
    process.exitCode = known ? 2 : 1;
  }
}
