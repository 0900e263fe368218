import { visible } from '../../../domain/text/visible.js';
import type { Command, Context } from '../../command.js';
import { EXIT } from '../../exit-codes.js';
import { paint, wrap, writeJson } from '../../terminal/output.js';
import type { KnownKey } from './known-keys.js';
import { knownKeys } from './known-keys.js';

function validity({ state, validAfter, validBefore }: KnownKey): string {
  if (state === 'revoked') return 'revoked';
  if (state === 'expired') return `expired at ${validBefore ?? ''}`;
  if (state === 'not_yet') return `valid only after ${validAfter ?? ''}`;
  return validBefore === null ? 'valid' : `valid before ${validBefore}`;
}

function describe(key: KnownKey, context: Context): string {
  const purposes = [...(key.mayApprove ? ['decides'] : []), ...(key.mayPropose ? ['proposes'] : [])].join(' and ');
  const groups = key.groups.length === 0 ? 'in no group' : `in ${key.groups.map((name) => visible(name)).join(', ')}`;
  const text = `  ${validity(key)} · ${groups} · ${purposes}${key.isAuthority ? ' · certificate authority' : ''}`;
  const name = visible(key.principal);
  return [
    key.state === 'valid' ? paint(context, 'bold', name) : paint(context, 'dim', name),
    `  ${key.fingerprint}`,
    wrap(text, context.columns, 2),
  ].join('\n');
}

/** For programs: without the public keys, which are in the file. */
function forPrograms({ principal, fingerprint, state, groups, ...known }: KnownKey) {
  return {
    principal,
    fingerprint,
    key_type: known.keyType,
    state,
    valid_after: known.validAfter,
    valid_before: known.validBefore,
    groups,
    may_approve: known.mayApprove,
    may_propose: known.mayPropose,
    is_authority: known.isAuthority,
  };
}

export const command: Command = {
  usage: 'ubos keys list [--json]',
  details: 'Whose signatures count, by which keys, and until when.',
  async run(_, context) {
    const config = await context.config();
    const keys = await knownKeys(config, context);
    if (context.json) writeJson(context, 'keys', { file: config.paths.allowedSigners, keys: keys.map(forPrograms) });
    else if (keys.length === 0)
      context.stderr.write(`There are no keys in ${config.paths.allowedSigners}.\n  → ubos keys init, then ubos keys add\n`);
    else context.stdout.write(`${keys.map((key) => describe(key, context)).join('\n')}\n`);
    return EXIT.ok;
  },
};
