import { readdirSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { closedSegments } from '../../adapters/audit/read/segment-files.js';
import type { Sendable } from '../../adapters/cockpit/send-files.js';
import type { JanusConfig } from '../../config/config.js';
import { logFilesOf } from '../../config/config.js';

const namesIn = (folder: string, pattern: RegExp) => {
  try {
    return readdirSync(folder).filter((name) => pattern.test(name));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
};

/** All that `audit-verify.mjs` needs there: the logs, their signed heads, and the public keys. */
export function sendable(config: JanusConfig): readonly Sendable[] {
  const { paths } = config;
  const logs = Object.values(logFilesOf(config)).flatMap((file) => {
    const [folder, active] = [dirname(file), basename(file)];
    return [...closedSegments(file), ...namesIn(folder, /\.jsonl$/).filter((name) => name === active)].map((name) => ({
      file: join(folder, name),
      name,
    }));
  });
  const beside = (folder: string, inner: string, pattern: RegExp) =>
    namesIn(folder, pattern).map((name) => ({
      file: join(folder, name),
      name: `${inner}/${name}`,
      isAlwaysSent: !name.endsWith('.jsonl'),
    }));
  return [...logs, ...beside(paths.heads, 'heads', /\.(?:head|jsonl|pub)$/), ...beside(paths.keys, 'keys', /\.pub$/)];
}
