import { existsSync } from 'node:fs';
import type { Logger } from 'pino';
import { noteSending } from '../../adapters/cockpit/outcome.js';
import { sendFiles } from '../../adapters/cockpit/send-files.js';
import type { JanusConfig } from '../../config/config.js';
import { JanusError } from '../../domain/errors.js';
import { sendable } from '../wiring/cockpit.js';

/** The role `cockpit`: sends the cockpit a copy of the trail, says what came of it, and ends. No Temporal, no key of the vessel; nobody waits for it. */
export async function runCockpit(config: JanusConfig, logger: Logger): Promise<void> {
  const { cockpit, paths, vesselId } = config;
  if (!cockpit.enabled || !existsSync(cockpit.givenKeyFile)) {
    const why = cockpit.enabled ? `there is no ${cockpit.keyFile}` : 'integrations.cockpit_sync.enabled is false';
    logger.info({ event_type: 'cockpit' }, `nothing is sent to the cockpit: ${why}`);
    return;
  }
  const stopping = new AbortController();
  for (const name of ['SIGTERM', 'SIGINT'] as const) process.once(name, () => stopping.abort(new Error('stopped')));
  const { user, host, port, givenKeyFile: keyFile, knownHosts } = cockpit;
  const settings = { ...{ user, host, port, keyFile, knownHosts }, folder: `janus/${vesselId}`, signal: stopping.signal };
  const at = () => new Date().toISOString();
  try {
    const { files, bytes } = await sendFiles(settings, sendable(config));
    await noteSending(paths.state, { at: at() });
    logger.info({ event_type: 'cockpit', files, bytes }, `${files} files were sent to ${host}`);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    const next = error instanceof JanusError ? error.next : undefined;
    await noteSending(paths.state, { at: at(), problem: { message, ...(next !== undefined && { next }) } });
    logger.error({ event_type: 'cockpit', next }, message);
    throw error;
  }
}
