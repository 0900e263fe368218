import { readFileSync, statSync } from 'node:fs';
import type { z } from 'zod';
import { JanusError } from '../domain/errors.js';
import { proposalDraftSchema } from '../domain/action/proposal.schema.js';
import { errnoWords } from '../domain/text/errno-words.js';
import { quoted } from '../domain/text/quoted.js';
import { describeProblem } from './yaml/problem.js';
import { documentBytesMax } from './yaml/unreadable.js';
import { parseWithPositions } from './yaml/parse-with-positions.js';

export type ParsedDraft = z.output<typeof proposalDraftSchema>;

/** What has no path: there is nothing to name to a command. */
const notFiles: readonly string[] = ['-', 'standard input', 'command line'];

/** What to do about a document that is refused. */
export const mendHint = (file: string) =>
  notFiles.includes(file) ? 'mend it, and send it again' : `mend it, then: ubos check ${quoted(file)}`;

/** Reads a proposal from YAML or JSON text. Throws PROPOSAL_INVALID naming file, line, key, found and allowed; nothing else. */
export function parseProposalText(text: Uint8Array | string, file: string): ParsedDraft {
  const parsed = parseWithPositions(text, file, proposalDraftSchema);
  if (parsed.ok) return parsed.value;
  throw new JanusError('PROPOSAL_INVALID', parsed.problems.map(describeProblem).join('\n'), {
    details: { problems: parsed.problems },
    next: mendHint(file),
  });
}

const tooLarge = (file: string, found: string) =>
  new JanusError('PROPOSAL_INVALID', `${file}:1: found ${found} bytes; at most ${documentBytesMax} bytes are read`);

/** Reads a proposal from a pipe, a socket or a terminal: from the stream, because `/dev/stdin` cannot be opened again where it is a socket. */
export async function readProposalStream(input: AsyncIterable<Uint8Array | string>, name = 'standard input'): Promise<ParsedDraft> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of input) {
    const read = Buffer.from(chunk);
    bytes += read.length;
    if (bytes > documentBytesMax) throw tooLarge(name, `more than ${documentBytesMax}`);
    chunks.push(read);
  }
  return parseProposalText(Buffer.concat(chunks), name);
}

export function readProposalFile(file: string): ParsedDraft {
  let bytes: Buffer;
  try {
    const { size } = statSync(file);
    if (size > documentBytesMax) throw tooLarge(file, String(size));
    bytes = readFileSync(file);
  } catch (error) {
    if (error instanceof JanusError) throw error;
    throw new JanusError('PROPOSAL_INVALID', `${file} cannot be read: ${errnoWords(error)}`, {
      next: 'ls examples/',
    });
  }
  return parseProposalText(bytes, file);
}
