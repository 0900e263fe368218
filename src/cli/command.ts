import type { ParseArgsConfig } from 'node:util';
import type { JanusConfig } from '../config/config.js';
import type { ProposalClient } from '../client/proposals.js';
import type { Health } from '../client/health.js';

export type Options = NonNullable<ParseArgsConfig['options']>;
export type Values = Readonly<Record<string, string | boolean | readonly (string | boolean)[] | undefined>>;

/** What a command was given, parsed. */
export interface Invocation {
  readonly positionals: readonly string[];
  readonly values: Values;
}

/** Everything that a command may touch; tests pass their own. */
export interface Context {
  readonly stdout: { write(text: string): unknown };
  readonly stderr: { write(text: string): unknown };
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  readonly columns: number;
  readonly color: boolean;
  readonly json: boolean;
  /** A person sits there: both ends are a terminal and --no-input was not given. Only then may anything be asked. */
  readonly interactive: boolean;
  readonly user: string;
  readonly now: () => Date;
  /** Aborted by Ctrl-C. */
  readonly signal: AbortSignal;
  /** Every verb of `ubos`, word by word. */
  readonly verbs: readonly (readonly string[])[];
  readonly config: () => Promise<JanusConfig>;
  readonly proposals: () => Promise<ProposalClient>;
  readonly health: () => Promise<Health>;
}

/** One verb of `ubos`. `run` returns the exit code. */
export interface Command {
  readonly usage: string;
  readonly details?: string;
  readonly options?: Options;
  run(invocation: Invocation, context: Context): Promise<number>;
}

/** Understood by every command. */
export const globalOptions = {
  json: { type: 'boolean' },
  config: { type: 'string' },
  by: { type: 'string' },
  address: { type: 'string' },
  namespace: { type: 'string' },
  profile: { type: 'string' },
  'no-color': { type: 'boolean' },
  'no-input': { type: 'boolean' },
  debug: { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
} as const satisfies Options;

export function textOf(values: Values, name: string): string | undefined {
  const value = values[name];
  return typeof value === 'string' ? value : undefined;
}
