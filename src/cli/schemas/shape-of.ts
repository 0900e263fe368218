import type { z } from 'zod';
import type { SnakeKeys } from '../../domain/text/key-case.js';

/** The fields alone: whether one may be changed, or be left undefined instead of out, is no difference in JSON. */
export type Fields<T> = T extends string | number | boolean | null | undefined
  ? T
  : T extends readonly (infer Item)[]
    ? Fields<Item>[]
    : { -readonly [Key in keyof T]: Fields<Exclude<T[Key], undefined>> };

type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;

/** Names of the fields in which two objects differ: they stand in the compiler's error. */
type Differing<A, B> = {
  [Key in keyof A | keyof B]: Key extends keyof A & keyof B ? (Same<Pick<A, Key>, Pick<B, Key>> extends true ? never : Key) : Key;
}[keyof A | keyof B];

type Tied<Written, Shown> = Same<Written, Shown> extends true ? unknown : { readonly differsIn: Differing<Written, Shown> };

/**
 * `shapeOf<ExecutionPlan>()(schema)`: a schema of exactly what that type looks like where `--json` shows it, in snake_case. It does not compile
 * where a field is missing, is one too many or is of another type, so neither of the two is changed alone.
 */
export const shapeOf =
  <Shown>() =>
  <Schema extends z.ZodType>(schema: Schema & Tied<Fields<z.input<Schema>>, Fields<SnakeKeys<Shown>>>): Schema =>
    schema;
