import { visible } from '../../domain/text/visible.js';

/** One thing that is wrong in a file, as people need to read it (spec F1). */
export interface Problem {
  readonly file: string;
  readonly line: number;
  readonly key: string;
  readonly found: string;
  readonly allowed: string;
  /** A key that is listed or taken away mends it: what does that must work before. */
  readonly mend?: 'keys';
}

export function describeProblem({ file, line, key, found, allowed }: Problem): string {
  // Keys and values come from the file: one line for each problem, and nothing in it that a terminal would obey.
  return visible(`${file}:${line}: ${key === '' ? '' : `${key}: `}found ${found}; ${allowed}`);
}
