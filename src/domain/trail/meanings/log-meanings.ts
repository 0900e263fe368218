import { trailEvent } from '../events.js';
import type { Meaning } from './meaning.js';

const toolUse = ['tool_use'] as const;
const everyLog = ['proposals', 'tool_use', 'mission_log'] as const;

/** What the logs say of commands, and of themselves. */
export const logMeanings = {
  [trailEvent.toolUse]: { logs: toolUse, means: 'One command ran in a sandbox, or was lost there.' },
  [trailEvent.networkConnection]: { logs: toolUse, means: 'A command opened a connection, or was refused one.' },
  [trailEvent.segmentOpen]: { logs: everyLog, means: 'A file begins: which one it follows.' },
  [trailEvent.segmentClose]: { logs: everyLog, means: 'A file ends: how many records it holds.' },
  [trailEvent.tornTailSealed]: { logs: everyLog, means: 'A kill or a full disk tore the line before; its bytes are vouched for.' },
} as const satisfies Readonly<Record<string, Meaning>>;
