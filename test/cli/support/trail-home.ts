import type { JanusConfig } from '../../../src/config/config.js';
import type { BuiltTrail, Keys } from '../../support/trail/built-trail.js';
import { buildTrail, writeFiles } from '../../support/trail/built-trail.js';
import type { Played, Session } from './ubos.js';
import { aConfig, ubos } from './ubos.js';

export type Files = Map<string, Buffer>;

/** The line breaks of a file taken away, and put back. */
export const changeLines = (files: Files, name: string, change: (lines: string[]) => readonly string[]): Files => {
  const lines = (files.get(name) as Buffer).toString().trimEnd().split('\n');
  return files.set(
    name,
    Buffer.from(
      change(lines)
        .map((line) => `${line}\n`)
        .join(''),
    ),
  );
};

/** `ubos audit ...` in a folder that holds this trail. */
export function auditIn(home: string, trail: BuiltTrail | Files, change: Partial<JanusConfig> = {}) {
  writeFiles(home, trail instanceof Map ? trail : trail.files());
  const config = aConfig(change, home);
  return (line: string, session: Session = {}): Promise<Played> => ubos(`audit ${line}`, { config, cwd: home, ...session });
}

export const closed = 'proposals.000000000000.20260101.jsonl';
/** Two files, and heads over each: records 0 to 6 and 7 to 12. */
export function aTrail(keys?: Keys, word = 'word'): BuiltTrail {
  const trail = buildTrail(keys);
  for (let n = 0; n < 6; n += 1) trail.add('proposals', { word, n });
  trail.rotate('proposals');
  for (let n = 0; n < 5; n += 1) trail.add('proposals', { word, n });
  trail.add('tool_use');
  trail.head('proposals');
  trail.head('tool_use');
  return trail;
}
