/**
 * The form of an answer, and of what is filled into a command. A closed set, so that each renders as JSON schema and as a grammar, has a longest
 * text, and can be checked: all four from here, so that they cannot disagree.
 */
export type Shape =
  | { readonly kind: 'object'; readonly members: readonly (readonly [name: string, shape: Shape])[] }
  | { readonly kind: 'list'; readonly item: Shape; readonly min: number; readonly max: number }
  | { readonly kind: 'union'; readonly of: readonly Shape[] }
  | ScalarShape;

/** What a parameter can be. */
export type ScalarShape =
  | { readonly kind: 'choice'; readonly values: readonly string[] }
  | { readonly kind: 'integer'; readonly min: number; readonly max: number }
  | { readonly kind: 'text'; readonly form: FormName; readonly lengthMax: number };

/** A text is a first part and any number of further ones. */
interface Form {
  readonly first: string;
  readonly next: string;
  /** Most characters of the first part, and of each further one. */
  readonly widths: readonly [first: number, next: number];
  /** Safe within a shell's script, where it stands unquoted. */
  readonly plain: boolean;
  readonly words: string;
}

/**
 * ASCII, in regular expressions that are grammar too but for the quotes. None begins with a dash, because that would be an option; none holds two
 * dots in a row, because that climbs; none a sign of a shell.
 */
export const forms = {
  name: { first: '[A-Za-z0-9_]', next: '[.]?[A-Za-z0-9_-]', widths: [1, 2], plain: true, words: 'letters, digits, "_", "-" and "."' },
  path: { first: '[/]?[.]?[A-Za-z0-9_]', next: '[/]?[.]?[A-Za-z0-9_-]', widths: [3, 3], plain: true, words: 'a path without ".."' },
  text: {
    first: '[A-Za-z0-9]',
    next: '[.]?[A-Za-z0-9 _,:@+=-]',
    widths: [1, 2],
    plain: false,
    words: 'letters, digits, spaces and _,:@+=-.',
  },
  // Eight words at least: fewer say nothing.
  prose: {
    first: '[A-Z][a-z]{1,9}([ ][a-z]{2,10}){7}',
    next: '[,]?[ ][a-z]{1,10}',
    widths: [87, 12],
    plain: false,
    words: 'eight words or more, of letters',
  },
} as const satisfies Readonly<Record<string, Form>>;

export type FormName = keyof typeof forms;

/** How often the next part may follow so that the whole fits: a grammar cannot count characters across parts. */
export function partsMax(form: FormName, lengthMax: number): number {
  const [first, next] = forms[form].widths;
  return Math.max(0, Math.floor((lengthMax - first) / next));
}

const patterns = Object.fromEntries(
  Object.entries(forms).map(([name, { first, next }]) => [name, new RegExp(`^${first}(?:${next})*$`)]),
) as Readonly<Record<FormName, RegExp>>;

/** What is allowed, where a value is not; undefined where it fits. */
export function misfit(shape: ScalarShape, value: unknown): string | undefined {
  switch (shape.kind) {
    case 'choice':
      return typeof value === 'string' && shape.values.includes(value) ? undefined : `one of ${shape.values.join(', ')}`;
    case 'integer':
      return Number.isInteger(value) && Number(value) >= shape.min && Number(value) <= shape.max
        ? undefined
        : `a whole number from ${shape.min} to ${shape.max}`;
    case 'text':
      return typeof value === 'string' && value.length <= shape.lengthMax && patterns[shape.form].test(value)
        ? undefined
        : `${forms[shape.form].words}, at most ${shape.lengthMax} characters`;
  }
}

/** Characters of the longest JSON text of this shape, written without spaces: with ASCII no token is shorter than one. */
export function longestText(shape: Shape): number {
  switch (shape.kind) {
    case 'object':
      return shape.members.reduce((sum, [name, member]) => sum + JSON.stringify(name).length + 2 + longestText(member), 1);
    case 'list':
      return 2 + shape.max * (longestText(shape.item) + 1);
    case 'union':
      return Math.max(0, ...shape.of.map(longestText));
    case 'choice':
      return Math.max(0, ...shape.values.map((value) => JSON.stringify(value).length));
    case 'integer':
      return Math.max(String(shape.min).length, String(shape.max).length);
    case 'text':
      return shape.lengthMax + 2;
  }
}
