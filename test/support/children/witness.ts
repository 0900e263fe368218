import type { Logger } from 'pino';
import { runWitness } from '../../../src/worker/roles/witness.js';
import type { JanusConfig } from '../../../src/config/config.js';

/** The role `witness` over a folder; its interval in seconds. What it would log goes to the parent. */
const [folder = '', interval = '1', second] = process.argv.slice(2);
const at = (name: string) => `${folder}/${name}`;
const config = {
  vesselId: 'janus-in-test',
  host: 'host',
  paths: {
    state: folder,
    missionLog: at('mission_log.jsonl'),
    toolLog: at('tool_use.jsonl'),
    proposalsLog: at('proposals.jsonl'),
    heads: at('heads'),
  },
  audit: { heads: { intervalSeconds: Number(interval), keyPath: at('heads.key'), secondPlace: second } },
} as JanusConfig;
const tell = (fields: object, summary: string) => process.send?.({ ...fields, summary });
await runWitness(config, { info: tell, error: tell } as unknown as Logger);
process.disconnect?.();
