import type { ModelAnswered, Unread } from './answer.js';
import type { Candidate, Dropped } from './candidate.js';
import { parseEntries, parseEntry } from './candidate.schema.js';

/** What models like to put around their JSON. */
const fenced = /^\s*```(?:json)?\s*\n([\s\S]*?)\n?\s*```\s*$/;

/** What a model said as JSON, also in a fence. */
export function parseSaid(text: string): { readonly value: unknown } | Unread {
  try {
    return { value: JSON.parse(fenced.exec(text)?.[1] ?? text) as unknown };
  } catch {
    return { code: 'not_json', why: 'the model said something that is no JSON' };
  }
}

/** Reads what a model said. Total: of any text it makes candidates, or the reason why there are none. */
export function readAnswer(text: string): Pick<ModelAnswered, 'candidates' | 'malformed'> | Unread {
  const said = parseSaid(text);
  if ('code' in said) return said;
  const entries = parseEntries(said.value);
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
