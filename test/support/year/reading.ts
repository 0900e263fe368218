import { closeSync, existsSync, openSync, readSync, statSync } from 'node:fs';
import { charter } from '../../../src/domain/modes/settings.js';
import type { ModeView } from '../../../src/domain/modes/view.js';
import { viewMode } from '../../../src/domain/modes/view.js';
import type { ModeTrail } from '../../../src/domain/modes/evidence.js';
import { createDecided } from '../../../src/domain/trail/mode/decided.js';
import { createVesselTrail } from '../../../src/domain/trail/mode/vessel.js';
import type { AuditRecord } from '../../../src/domain/trail/records.js';
import { trinity } from './story.js';

/** Reads on where it stopped. */
function createFollower(file: string, take: (record: AuditRecord) => void): () => void {
  let [offset, rest] = [0, ''];
  return () => {
    if (!existsSync(file)) return;
    const bytes = Buffer.alloc(statSync(file).size - offset);
    const handle = openSync(file, 'r');
    offset += readSync(handle, bytes, 0, bytes.length, offset);
    closeSync(handle);
    const lines = `${rest}${bytes.toString()}`.split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) take(JSON.parse(line) as AuditRecord);
  };
}

interface TrailReader {
  /** What is new in the mission log since the last look. */
  look(): readonly AuditRecord[];
  trail(): ModeTrail;
  view(now: number): ModeView;
}

/** The mode as anybody computes it from the logs, while they grow. */
export function readTrail(files: { readonly mission_log: string; readonly proposals: string }): TrailReader {
  const [vessel, decided] = [createVesselTrail(), createDecided()];
  let news: AuditRecord[] = [];
  const followers = [
    createFollower(files.mission_log, (record) => {
      vessel.apply(record);
      news.push(record);
    }),
    createFollower(files.proposals, (record) => decided.apply(record)),
  ];
  const trail = () => ({ vessel: vessel.snapshot(), proposals: decided.snapshot() });
  return {
    look() {
      for (const follow of followers) follow();
      const seen = news;
      news = [];
      return seen;
    },
    trail,
    view: (now) => viewMode(trail(), { settings: charter, voices: { recommenders: trinity }, now }),
  };
}
