import type { Command } from '../command.js';

/** One verb of `ubos`. */
export interface Verb {
  readonly path: readonly string[];
  readonly summary: string;
  /** It is what the first word alone means. */
  readonly isGroup?: true;
  /** Only the command that was typed is ever loaded: help costs no Temporal client. */
  readonly load: () => Promise<Command>;
}
