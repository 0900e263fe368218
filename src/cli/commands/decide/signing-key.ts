import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseAllowedSigners } from '../../../domain/approval/allowed-signers.js';
import { JanusError } from '../../../domain/errors.js';
import type { Context, Values } from '../../command.js';
import { textOf } from '../../command.js';

/** What somebody signs with, and the name for which that key speaks. */
export interface SigningKey {
  /** A private key, or the .pub file of one in an agent. */
  readonly file: string;
  readonly principal: string;
}

/** Where `ubos keys init` puts keys: a file for each name. Undefined without a home. */
export function keysFolder({ env }: Pick<Context, 'env'>): string | undefined {
  const { XDG_CONFIG_HOME: config = '', HOME: home = '' } = env;
  const root = config !== '' ? config : home === '' ? undefined : join(home, '.config');
  return root === undefined ? undefined : join(root, 'janus', 'keys');
}

/** The file of a name's key. Throws USAGE for a name that is no file name. */
export function defaultKeyFile(context: Pick<Context, 'env'>, name: string): string {
  const folder = keysFolder(context);
  if (folder === undefined)
    throw new JanusError('USAGE', 'neither XDG_CONFIG_HOME nor HOME says where keys are kept', { next: 'ubos keys init --file FILE' });
  if (!isFileName(name))
    throw new JanusError('USAGE', `${JSON.stringify(name)} is no file name`, { next: 'ubos keys init NAME --file FILE' });
  return join(folder, name);
}

const isFileName = (name: string) => /^[\p{L}\p{N}_][\p{L}\p{N}._@+-]{0,100}$/u.test(name);

/** Either half will do: where there is only the public one, an agent or a security key holds the other. */
const existing = (file: string) => [file, `${file}.pub`].find((each) => existsSync(each));

/** The person who named themselves, by a flag or for good; undefined where only the system's account stands for them. */
function namedUser({ env }: Context, values: Values): string | undefined {
  const asked = textOf(values, 'by') ?? env['JANUS_USER'];
  return asked === '' ? undefined : asked;
}

/** The name that allowed_signers gives to this key, where both can be read. */
async function listedName(file: string, context: Context): Promise<string | undefined> {
  try {
    const key = readFileSync(file.endsWith('.pub') ? file : `${file}.pub`, 'utf8')
      .trim()
      .split(/\s+/)[1];
    const { entries } = parseAllowedSigners(readFileSync((await context.config()).paths.allowedSigners, 'utf8'));
    return entries.find((entry) => entry.key === key)?.principals[0];
  } catch {
    return undefined;
  }
}

/** The key of whoever sits there: the one under their name, or the only one that there is. */
function ownKey(context: Context, named: string | undefined): SigningKey | undefined {
  const folder = keysFolder(context);
  if (folder === undefined) return undefined;
  const principal = named ?? context.user();
  const own = isFileName(principal) ? existing(join(folder, principal)) : undefined;
  if (own !== undefined) return { file: own, principal };
  if (named !== undefined || !existsSync(folder)) return undefined;
  const names = [...new Set(readdirSync(folder).map((name) => name.replace(/\.pub$/, '')))].filter(isFileName);
  const [only, second] = names;
  // Unsigned it would be refused, or count for less: whoever has keys is asked which.
  if (second !== undefined)
    throw new JanusError('USAGE', `several keys are here, and none is called ${principal}: ${names.join(', ')}. Nothing done`, {
      next: `say whose: --by ${only} (JANUS_USER=${only} for good), or --key FILE`,
    });
  const file = only === undefined ? undefined : existing(join(folder, only));
  return only === undefined || file === undefined ? undefined : { file, principal: only };
}

/**
 * What decisions are signed with: --key, JANUS_SIGNING_KEY, or the key that `ubos keys init` made. Undefined where there is none: then they
 * go unsigned, and whether that is enough is the proposal's matter. Throws USAGE for a key that was named and is not there.
 */
export async function signingKey(context: Context, values: Values): Promise<SigningKey | undefined> {
  const { JANUS_SIGNING_KEY: fromEnv = '' } = context.env;
  const asked = textOf(values, 'key') ?? (fromEnv === '' ? undefined : fromEnv);
  const named = namedUser(context, values);
  if (asked === undefined) return ownKey(context, named);
  const file = existing(resolve(context.cwd, asked));
  if (file === undefined) throw new JanusError('USAGE', `there is no key ${asked}`, { next: 'ubos keys init, or --key FILE' });
  return { file, principal: named ?? (await listedName(file, context)) ?? context.user() };
}
