import type { z } from 'zod';
import { JanusError } from '../../domain/errors.js';
import { agentSchema } from '../sections/agent.schema.js';
import { didYouMean } from './position.js';

/** What is known about one key, from the schema itself, so that it cannot drift. */
export interface Explanation {
  readonly key: string;
  readonly meaning: string;
  readonly fallback: string;
  readonly keys: readonly string[];
}

interface Inner {
  readonly def: {
    readonly type?: string;
    readonly innerType?: z.ZodType;
    readonly in?: z.ZodType;
    readonly shape?: Record<string, z.ZodType>;
    readonly defaultValue?: unknown;
  };
  readonly description?: string;
}

function unwrap(schema: z.ZodType): { readonly inner: Inner; readonly description: string; readonly fallback: unknown } {
  let inner = schema as unknown as Inner;
  let description = inner.description ?? '';
  let fallback: unknown;
  for (;;) {
    fallback ??= inner.def.defaultValue;
    const next = inner.def.innerType ?? inner.def.in;
    if (next === undefined) return { inner, description, fallback };
    inner = next;
    description ||= inner.description ?? '';
  }
}

/** Explains `harness.max_concurrency`, or lists the keys of a section. Throws USAGE for an unknown key, with the nearest one. */
export function explainKey(key: string): Explanation {
  let schema: z.ZodType = agentSchema;
  const walked: string[] = [];
  for (const part of key === '' ? [] : key.split('.')) {
    const { shape } = unwrap(schema).inner.def;
    const next = shape !== undefined && Object.hasOwn(shape, part) ? shape[part] : undefined;
    if (next === undefined) {
      const known = Object.keys(shape ?? {});
      const near = didYouMean(part, known);
      throw new JanusError('USAGE', `${[...walked, part].join('.')} is no key of agent.yaml`, {
        next:
          near === undefined
            ? `there ${known.length === 0 ? 'are none here' : `are ${known.join(', ')}`}`
            : `did you mean ${[...walked, near].join('.')}?`,
      });
    }
    schema = next;
    walked.push(part);
  }
  const { inner, description, fallback } = unwrap(schema);
  return {
    key,
    meaning: description,
    fallback: fallback === undefined ? 'none' : JSON.stringify(fallback),
    keys: Object.keys(inner.def.shape ?? {}),
  };
}
