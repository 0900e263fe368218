import { z } from 'zod';
import { commands } from '../commands.js';
import { errorJson } from '../run.js';
import type { JsonObjects } from './json-objects.js';
import * as shapes from './shapes.schema.js';

/** Every object that some command prints with --json, by its name. Throws a TypeError where two commands mean different objects by one name. */
export async function printedShapes(): Promise<Readonly<Record<string, z.ZodObject>>> {
  const printing: JsonObjects[] = [errorJson];
  for (const { load } of commands) printing.push(...(await load()).json);
  const all: Record<string, z.ZodObject> = {};
  for (const objects of new Set(printing))
    for (const [name, shape] of Object.entries(objects.shapes(shapes))) {
      if (Object.hasOwn(all, name)) throw new TypeError(`two objects are called ubos.${name}/v1`);
      all[name] = shape;
    }
  return all;
}

/** The files of `schemas/`: open to further keys, because v1 may grow. */
export async function shippedSchemas(): Promise<Readonly<Record<string, string>>> {
  const file = ([name, shape]: [string, z.ZodObject]) => {
    const title = `ubos.${name}/v1`;
    const json = z.toJSONSchema(shape, {
      io: 'input',
      unrepresentable: 'any',
      override: ({ jsonSchema }) => {
        if (jsonSchema.additionalProperties === false) delete jsonSchema.additionalProperties;
      },
    });
    const properties = { schema: { type: 'string', const: title }, ...json.properties };
    const whole = { ...json, properties, required: ['schema', ...(json.required ?? [])], title };
    return [`${name}.v1.json`, `${JSON.stringify(whole, null, 2)}\n`] as const;
  };
  return Object.fromEntries(Object.entries(await printedShapes()).map(file));
}
