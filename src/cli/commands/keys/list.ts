import { snakeKeys } from '../../../domain/text/key-case.js';
import { visible } from '../../../domain/text/visible.js';
import type { Command, Context } from '../../command.js';
import { EXIT } from '../../exit-codes.js';
import { jsonObjects } from '../../schemas/json-objects.js';
import { paint, wrap } from '../../terminal/output.js';
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
const forPrograms = ({ key: _key, ...known }: KnownKey) => snakeKeys(known);

const json = jsonObjects(({ z, text, isoTime, shapeOf }) => ({
  keys: z.strictObject({
    file: text,
    keys: z.array(
      shapeOf<Omit<KnownKey, 'key'>>()(
        z.strictObject({
          principal: text,
          fingerprint: text,
          key_type: text,
          state: z.enum(['valid', 'not_yet', 'expired', 'revoked']),
          valid_after: isoTime.nullable(),
          valid_before: isoTime.nullable(),
          groups: z.array(z.string()),
          may_approve: z.boolean(),
          may_propose: z.boolean(),
          is_authority: z.boolean(),
        }),
      ),
    ),
  }),
}));

export const command: Command = {
  json: [json],
  usage: 'ubos keys list [--json]',
  details: 'Whose signatures count, by which keys, and until when.',
  async run(_, context) {
    const config = await context.config({ keysMayLack: true });
    const keys = await knownKeys(config, context);
    if (context.json) json.write(context.stdout, 'keys', { file: config.paths.allowedSigners, keys: keys.map(forPrograms) });
    else if (keys.length === 0)
      context.stderr.write(`There are no keys in ${config.paths.allowedSigners}.\n  → ubos keys init, then ubos keys add\n`);
    else context.stdout.write(`${keys.map((key) => describe(key, context)).join('\n')}\n`);
    return EXIT.ok;
  },
};
