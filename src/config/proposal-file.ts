import { readFileSync, statSync } from 'node:fs';
import type { z } from 'zod';
import { JanusError } from '../domain/errors.js';
import { proposalDraftSchema } from '../domain/proposal.schema.js';
import { describeProblem, documentBytesMax, parseWithPositions } from './position.js';

export type ParsedDraft = z.output<typeof proposalDraftSchema>;

/** Reads a proposal from YAML or JSON text. Throws PROPOSAL_INVALID naming file, line, key, found and allowed; nothing else. */
export function parseProposalText(text: string, file: string): ParsedDraft {
  const parsed = parseWithPositions(text, file, proposalDraftSchema);
  if (parsed.ok) return parsed.value;
  throw new JanusError('PROPOSAL_INVALID', parsed.problems.map(describeProblem).join('\n'), {
    details: { problems: parsed.problems },
    next: `mend it, then: ubos check ${file}`,
  });
}

export function readProposalFile(file: string): ParsedDraft {
  let text: string;
  try {
    const { size } = statSync(file);
    if (size > documentBytesMax)
      throw new JanusError(
        'PROPOSAL_INVALID',
        `${file}:1: found ${String(size)} bytes; at most ${String(documentBytesMax)} bytes are read`,
      );
    text = readFileSync(file, 'utf8');
  } catch (error) {
    if (error instanceof JanusError) throw error;
    throw new JanusError('PROPOSAL_INVALID', `${file} cannot be read: ${String((error as NodeJS.ErrnoException).code)}`, {
      next: 'ls examples/',
    });
  }
  return parseProposalText(text, file);
}
