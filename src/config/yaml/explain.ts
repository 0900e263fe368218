import { JanusError } from '../../domain/errors.js';
import { agentSchema } from '../sections/agent.schema.js';
import { didYouMean } from '../../domain/text/did-you-mean.js';
import { keysAt, readSchema } from './schema-place.js';

/** What is known about one key, from the schema itself, so that it cannot drift. */
export interface Explanation {
  readonly key: string;
  readonly meaning: string;
  readonly fallback: string;
  readonly keys: readonly string[];
}

/** Explains `harness.max_concurrency`, or lists the keys of a section. Throws USAGE for an unknown key, with the nearest one. */
export function explainKey(key: string): Explanation {
  const { root, step } = readSchema(agentSchema);
  let place = root;
  const walked: string[] = [];
  for (const part of key === '' ? [] : key.split('.')) {
    const known = keysAt(place);
    const next = known.includes(part) ? step(place, part) : undefined;
    if (next === undefined) {
      const near = didYouMean(part, known);
      throw new JanusError('USAGE', `${[...walked, part].join('.')} is no key of agent.yaml`, {
        next:
          near === undefined
            ? `there ${known.length === 0 ? 'are none here' : `are ${known.join(', ')}`}`
            : `did you mean ${[...walked, near].join('.')}?`,
      });
    }
    place = next;
    walked.push(part);
  }
  const { description = '', default: fallback } = place;
  return { key, meaning: description, fallback: fallback === undefined ? 'none' : JSON.stringify(fallback), keys: keysAt(place) };
}
