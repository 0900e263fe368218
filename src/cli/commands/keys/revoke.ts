import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import type { JanusConfig } from '../../../config/config.js';
import { personOf } from '../../../domain/approval/rules.js';
import { JanusError } from '../../../domain/errors.js';
import { visible } from '../../../domain/text/visible.js';
import type { Command, Context } from '../../command.js';
import { textOf } from '../../command.js';
import { EXIT } from '../../exit-codes.js';
import { jsonObjects } from '../../schemas/json-objects.js';
import { paint, wrap } from '../../terminal/output.js';
import type { KnownKey } from './known-keys.js';
import { knownKeys, revokedKeys } from './known-keys.js';
import { readPublicKey } from './public-key-file.js';
import { sayWhatLacks } from './still-lacking.js';

/** By name all of a person's keys, by fingerprint or file one. */
function chosen(keys: readonly KnownKey[], asked: string, context: Context): readonly KnownKey[] {
  const file = resolve(context.cwd, asked);
  const key = asked.endsWith('.pub') && existsSync(file) ? readPublicKey(file).split(' ')[1] : undefined;
  const found = keys.filter(({ principal, fingerprint, key: each }) =>
    key === undefined ? fingerprint === asked || personOf(principal) === personOf(asked) : each === key,
  );
  if (found.length === 0)
    throw new JanusError('USAGE', `${JSON.stringify(asked)} is no name, fingerprint or file of a key in allowed_signers`, {
      next: 'ubos keys list',
    });
  return found;
}

async function revokeLines(config: JanusConfig, lines: readonly string[]): Promise<void> {
  const { changeAtomically, withLines } = await import('../../../adapters/signatures/signer-store.js');
  const { revokedSigners } = config.paths;
  await changeAtomically(revokedSigners, (text) => {
    revokedKeys(text, revokedSigners);
    return withLines(text, lines);
  });
}

const json = jsonObjects(({ z, text }) => ({
  'keys-revoked': z.strictObject({
    file: text,
    revoked: z.array(z.string()).describe('fingerprints'),
    without_key: z.array(z.string()).describe('persons who have no valid key any more'),
  }),
}));

export const command: Command = {
  json: [json],
  usage: 'ubos keys revoke NAME|FINGERPRINT|KEY.pub [--reason TEXT] [--json]',
  details: 'From now on the key signs nothing, nor what it signed before and was not yet started. By name: all keys of that person.',
  options: { reason: { type: 'string' } },
  async run({ positionals, values }, context) {
    const [asked, more] = positionals;
    if (asked === undefined || more !== undefined) throw new JanusError('USAGE', 'which key?', { next: command.usage });
    const config = await context.config({ keysMayLack: true });
    const found = chosen(await knownKeys(config, context), asked, context);
    const fresh = found.filter(({ state }) => state !== 'revoked');
    // In one line whatever it holds: a second line would be read as another key.
    const reason = (textOf(values, 'reason') ?? '').replaceAll(/\s+/g, ' ');
    const at = context.now().toISOString();
    if (fresh.length > 0)
      await revokeLines(
        config,
        fresh.flatMap(({ principal, keyType, key }) => [
          `# ${visible(principal)}, ${at}${reason === '' ? '' : `: ${visible(reason)}`}`,
          `${keyType} ${key}`,
        ]),
      );
    const left = (await knownKeys(config, context)).filter(({ state }) => state === 'valid').map(({ principal }) => personOf(principal));
    const without = [...new Set(found.map(({ principal }) => principal))].filter((name) => !left.includes(personOf(name)));
    if (context.json)
      json.write(context.stdout, 'keys-revoked', {
        file: config.paths.revokedSigners,
        revoked: found.map(({ fingerprint }) => fingerprint),
        without_key: without,
      });
    else {
      for (const { principal, fingerprint, state } of found)
        context.stdout.write(
          `${paint(context, 'yellow', '✓')} ${state === 'revoked' ? 'Was revoked before' : 'Revoked'}: ${visible(principal)}\n  ${fingerprint}\n`,
        );
      for (const name of without)
        context.stderr.write(
          `${wrap(`  ${visible(name)} has no key any more, and cannot sign: ubos keys init, ubos keys add`, context.columns, 2)}\n`,
        );
      await sayWhatLacks(context);
    }
    return EXIT.ok;
  },
};
