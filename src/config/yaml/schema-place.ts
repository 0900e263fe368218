import { z } from 'zod';

/** What a schema says about one place of the documents that fit it, in the words of JSON Schema. */
export interface SchemaPlace {
  readonly description?: string;
  readonly type?: string;
  readonly default?: unknown;
  readonly properties?: Readonly<Record<string, SchemaPlace>>;
  readonly additionalProperties?: SchemaPlace | false;
  readonly items?: SchemaPlace;
  readonly $ref?: string;
  readonly $defs?: Readonly<Record<string, SchemaPlace>>;
}

/** The place beneath another one; undefined where there is none. A name that stands in no list of keys is one of a record. */
type Step = (place: SchemaPlace, part: PropertyKey) => SchemaPlace | undefined;

/** The schema as it is read by people: from itself, so that it cannot drift. */
export function readSchema(schema: z.ZodType): { readonly root: SchemaPlace; readonly step: Step } {
  const root = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }) as SchemaPlace;
  const resolved = (place: SchemaPlace | false | undefined): SchemaPlace | undefined => {
    if (place === undefined || place === false) return undefined;
    return place.$ref === undefined ? place : root.$defs?.[place.$ref.replace('#/$defs/', '')];
  };
  const step: Step = ({ properties = {}, additionalProperties, items }, part) => {
    if (typeof part === 'number') return resolved(items);
    const key = String(part);
    return resolved(Object.hasOwn(properties, key) ? properties[key] : additionalProperties);
  };
  return { root, step };
}

export const keysAt = ({ properties }: SchemaPlace): readonly string[] => Object.keys(properties ?? {});
