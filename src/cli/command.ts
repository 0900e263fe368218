import type { ParseArgsConfig } from 'node:util';
import type { JanusConfig } from '../config/config.js';
import type { ProposalClient } from '../client/proposals.js';
import type { Health } from '../client/health.js';
import type { VesselClient } from '../client/vessel.js';
import type { Histories } from '../client/histories.js';
import type { JsonObjects } from './schemas/json-objects.js';
import type { Keyboard } from './terminal/keyboard.js';

export type Options = NonNullable<ParseArgsConfig['options']>;
export type Values = Readonly<Record<string, string | boolean | readonly (string | boolean)[] | undefined>>;

/** What a command was given, parsed. */
export interface Invocation {
  readonly positionals: readonly string[];
  readonly values: Values;
}

/** `text` for people; `jsonl` differs from `json` only where there is a list: one line each. */
export type Format = 'text' | 'json' | 'jsonl' | 'id';

/** Where a command writes. Bytes are written as they are, text for people is text. */
export interface Output {
  readonly isTTY?: boolean;
  write(text: string | Uint8Array): unknown;
}

export type Input = NodeJS.ReadableStream & { readonly isTTY?: boolean };

/** Everything that a command may touch; tests pass their own. */
export interface Context {
  /** Standard input as it comes; what asks a person asks the keyboard. */
  readonly stdin: Input;
  readonly stdout: Output;
  readonly stderr: Output;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  readonly columns: number;
  readonly rows: number;
  readonly color: boolean;
  readonly format: Format;
  /** `format` is json or jsonl. */
  readonly json: boolean;
  /** How times are shown to people; undefined: as each command finds best. */
  readonly time: 'relative' | 'iso' | undefined;
  /** A person sits there: both ends are a terminal and --no-input was not given. Only then may anything be asked. */
  readonly interactive: boolean;
  /** Use only where `interactive` is true. */
  readonly keyboard: Keyboard;
  /** Rewrites hints of ours into what can be typed here; what goes to stderr is rewritten anyhow. */
  readonly here: (text: string) => string;
  /** Who decides: --by, JANUS_USER, else the name of the account. Throws USAGE where an account has none. */
  readonly user: () => string;
  readonly now: () => Date;
  /** Aborted when nobody reads stdout any more: what goes on for ever ends then, and what comes to a verdict goes on. */
  readonly gone: AbortSignal;
  /** Aborted by Ctrl-C and by --timeout; its reason is the error to end with. */
  readonly signal: AbortSignal;
  /** Every verb of `ubos`, word by word. */
  readonly verbs: readonly (readonly string[])[];
  /** Throws CONFIG_INVALID. `keysMayLack`: also where agent.yaml asks for keys that are not there yet, for what adds and revokes them. */
  readonly config: (how?: { readonly keysMayLack: true }) => Promise<JanusConfig>;
  readonly proposals: () => Promise<ProposalClient>;
  readonly vessel: () => Promise<VesselClient>;
  readonly health: () => Promise<Health>;
  readonly histories: () => Promise<Histories>;
}

/** One verb of `ubos`. `run` returns the exit code. */
export interface Command {
  readonly usage: string;
  readonly details?: string;
  readonly options?: Options;
  /** What --json prints. */
  readonly json: readonly JsonObjects[];
  /** What Ctrl-C says, where it is more than that nothing was decided. */
  readonly interrupted?: string;
  /** Knows `-o id`: prints proposal ids and nothing else. */
  readonly printsIds?: true;
  run(invocation: Invocation, context: Context): Promise<number>;
}

/** Understood by every command. */
export const globalOptions = {
  json: { type: 'boolean' },
  output: { type: 'string', short: 'o' },
  time: { type: 'string' },
  timeout: { type: 'string' },
  vessel: { type: 'string' },
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

export function textsOf(values: Values, name: string): string[] {
  const value = values[name];
  return Array.isArray(value) ? value.map(String) : [];
}

/** `--vessel` names another vessel of the cluster, or this one by its id or name. */
export function vesselOf(values: Values, { vesselId, vesselName }: JanusConfig): string {
  const asked = textOf(values, 'vessel');
  return asked === undefined || asked === vesselName ? vesselId : asked;
}

/** The Temporal environment with what the flags say instead. */
export function connectionEnv(env: Context['env'], values: Values): Context['env'] {
  const flags = { TEMPORAL_ADDRESS: 'address', TEMPORAL_NAMESPACE: 'namespace', TEMPORAL_PROFILE: 'profile' } as const;
  const given = Object.entries(flags).flatMap(([name, flag]) => {
    const value = textOf(values, flag);
    return value === undefined ? [] : [[name, value]];
  });
  return { ...env, ...Object.fromEntries(given) };
}
