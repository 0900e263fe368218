import { printedShapes } from '../../../src/cli/schemas/shipped.js';

const shapes = await printedShapes();

/** One object that --json printed, held against the shape that it names, to the letter: one key too many is an error here. */
function held(line: string): { readonly name: string; readonly value: unknown } {
  const value = JSON.parse(line) as { readonly schema: string };
  const { schema, ...fields } = value;
  const name = /^ubos\.([a-z-]+)\/v1$/.exec(schema)?.[1] ?? '';
  const shape = shapes[name];
  if (shape === undefined) throw new TypeError(`no command says that it prints ${schema}`);
  shape.parse(fields);
  return { name, value };
}

const lines = (text: string) => text.split('\n').filter((line) => line !== '');

/** The names of the objects that were printed, one a line. */
export const namesPrinted = (text: string): string[] => lines(text).map((line) => held(line).name);

/** The objects that were printed, each of that name where one is expected. */
export function allPrinted(text: string, expected?: string): unknown[] {
  return lines(text).map((line) => {
    const { name, value } = held(line);
    if (expected !== undefined && name !== expected) throw new TypeError(`${name} was printed instead of ${expected}`);
    return value;
  });
}

/** The one object that was printed. */
export function printed(text: string, expected?: string): unknown {
  const [value, ...more] = allPrinted(text, expected);
  if (value === undefined || more.length > 0) throw new TypeError(`not one object was printed: ${text}`);
  return value;
}
