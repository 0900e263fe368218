/** As deep as a proposal may be. */
export const levelsMax = 64;

const within = (value: unknown): readonly unknown[] =>
  Array.isArray(value) ? value : typeof value === 'object' && value !== null ? Object.entries(value).flat() : [];

/** Level by level, because what reads JSON by recursion ends where the stack does. */
function* levelsOf(value: unknown): Generator<readonly unknown[]> {
  for (let level: readonly unknown[] = [value]; level.length > 0; level = level.flatMap(within)) yield level;
}

export function isDeeper(value: unknown, levels: number): boolean {
  let depth = 0;
  for (const _ of levelsOf(value)) if ((depth += 1) > levels + 1) return true;
  return false;
}

const isTorn = (value: unknown) => typeof value === 'string' && !value.isWellFormed();

/** Why a value from outside cannot be hashed, signed and written down as it is; undefined where it can. Never throws. */
export function unsoundJson(value: unknown): string | undefined {
  let depth = 0;
  for (const level of levelsOf(value)) {
    if ((depth += 1) > levelsMax + 1) return `it has more than ${levelsMax} levels`;
    if (level.some(isTorn)) return 'it holds a lone surrogate, which is no text';
  }
  return undefined;
}
