import { JanusError } from '../../../domain/errors.js';

/** One word too many is a mistake, not something to ignore. */
export function noWords(positionals: readonly string[], allowed: number, usage: string): void {
  if (positionals.length > allowed)
    throw new JanusError('USAGE', `${JSON.stringify(positionals[allowed])} is one word too many`, { next: usage });
}
