import type { z } from 'zod';
import { visibleJson } from '../../domain/text/visible.js';
import type * as shapes from './shapes.schema.js';

type Shapes = Readonly<Record<string, z.ZodObject>>;
type Unchangeable<T> = T extends readonly (infer Item)[]
  ? readonly Unchangeable<Item>[]
  : T extends object
    ? { readonly [Key in keyof T]: Unchangeable<T[Key]> }
    : T;

/** Objects that a command prints with --json, each by its name in `"schema": "ubos.NAME/v1"`. */
export interface JsonObjects<Objects extends Shapes = Shapes> {
  /** For `schemas/` and for tests: no command calls it, so none loads zod. */
  readonly shapes: (from: typeof shapes) => Objects;
}

export interface JsonWriter<Objects extends Shapes> extends JsonObjects<Objects> {
  /** Writes one object in one line. It has the type of its shape, so neither of the two is changed alone. */
  write<Name extends keyof Objects & string>(
    out: { write(text: string): unknown },
    name: Name,
    value: Unchangeable<z.input<Objects[Name]>>,
  ): void;
}

/** What a command prints for programs. Within v1 keys may be added; none is renamed or removed. */
export function jsonObjects<const Objects extends Shapes>(objects: (from: typeof shapes) => Objects): JsonWriter<Objects> {
  return {
    shapes: objects,
    write(out, name, value) {
      out.write(`${visibleJson({ schema: `ubos.${name}/v1`, ...value })}\n`);
    },
  };
}
