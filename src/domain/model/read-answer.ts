import type { Candidate, Dropped } from './candidate.js';
import { parseEntries, parseEntry } from './candidate.schema.js';

export type ReadAnswer =
  | { readonly candidates: readonly Candidate[]; readonly malformed: readonly Dropped[] }
  | { readonly code: 'not_json' | 'wrong_shape'; readonly why: string };

/** What models like to put around their JSON. */
const fenced = /^\s*```(?:json)?\s*\n([\s\S]*?)\n?\s*```\s*$/;

function parseJson(text: string): unknown {
  try {
    return JSON.parse(fenced.exec(text)?.[1] ?? text);
  } catch {
    return undefined;
  }
}

/** Reads what a model said. Total: of any text it makes candidates, or the reason why there are none. */
export function readAnswer(text: string): ReadAnswer {
  const value = parseJson(text);
  if (value === undefined) return { code: 'not_json', why: 'the model said something that is no JSON' };
  const entries = parseEntries(value);
  if (entries === undefined) return { code: 'wrong_shape', why: 'the answer has no list named proposals, or one of more than 50' };
  const candidates: Candidate[] = [];
  const malformed: Dropped[] = [];
  for (const [index, raw] of entries.entries()) {
    const entry = parseEntry(raw);
    if (entry === undefined) {
      malformed.push({ index, code: 'malformed', why: 'it is not of the form evidence, rationale, choice {mission, action, parameters}' });
      continue;
    }
    const { evidence, rationale, choice } = entry;
    candidates.push({
      action: choice.action,
      parameters: choice.parameters,
      missionId: choice.mission,
      rationale,
      evidence: [...new Set(evidence)],
    });
  }
  return { candidates, malformed };
}
