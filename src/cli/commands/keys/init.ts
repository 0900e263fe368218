import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { JanusError } from '../../../domain/errors.js';
import { quoted } from '../../../domain/text/quoted.js';
import { visible } from '../../../domain/text/visible.js';
import type { Command, Context } from '../../command.js';
import { textOf } from '../../command.js';
import { EXIT } from '../../exit-codes.js';
import { jsonObjects } from '../../schemas/json-objects.js';
import { paint, wrap } from '../../terminal/output.js';
import { defaultKeyFile } from '../decide/signing-key.js';
import { explainGroup } from './group-lines.js';
import { principalWord, signerLine } from './signer-line.js';

async function explain(context: Context, name: string, file: string): Promise<void> {
  const text = [
    `${paint(context, 'green', '✓')} ${file} signs for ${visible(name)} from now on. Keep it to yourself; its public half is ${file}.pub.`,
    '  The line above says so to Janus. Whoever keeps allowed_signers adds it:',
  ].join('\n');
  // A command is not wrapped: it is there to be pasted.
  context.stderr.write(`${wrap(text, context.columns, 2)}\n    ubos keys add ${quoted(name)} ${quoted(`${file}.pub`)}\n`);
  explainGroup(name, await context.config({ keysMayLack: true }).catch(() => undefined), context);
}

const json = jsonObjects(({ z, text }) => ({
  key: z.strictObject({ principal: text, file: text, public_key: text, line: text.describe('for allowed_signers') }),
}));

export const command: Command = {
  json: [json],
  usage: 'ubos keys init [NAME] [--file FILE] [--passphrase-prompt] [--json]',
  details:
    'Makes an Ed25519 key for decisions and proposals, and prints its line for allowed_signers. NAME is yours in approvals.groups; default: --by, JANUS_USER or your account.\nIt goes to $XDG_CONFIG_HOME/janus/keys, where it is looked for. Nothing is ever written over. Without --passphrase-prompt it has no passphrase.',
  options: { file: { type: 'string' }, 'passphrase-prompt': { type: 'boolean' } },
  async run({ positionals, values }, context) {
    const [name = context.user(), more] = positionals;
    if (more !== undefined) throw new JanusError('USAGE', `${JSON.stringify(more)} is one word too many`, { next: command.usage });
    principalWord(name);
    const asked = textOf(values, 'file');
    const file = asked === undefined ? defaultKeyFile(context, name) : resolve(context.cwd, asked);
    const askPassphrase = values['passphrase-prompt'] === true;
    if (askPassphrase && !context.interactive)
      throw new JanusError('USAGE', 'there is no terminal to ask for a passphrase on. Nothing done', {
        next: 'in a terminal: ubos keys init',
      });
    const there = [file, `${file}.pub`].find((each) => existsSync(each));
    if (there !== undefined)
      throw new JanusError('CONFLICT', `${there} is there already, and nothing is written over it`, {
        next: `ubos keys init NAME --file FILE`,
      });
    const { createKey } = await import('../../../adapters/signatures/create-key.js');
    await createKey({ file, comment: '', askPassphrase });
    const publicKey = readFileSync(`${file}.pub`, 'utf8').trim();
    const line = signerLine(name, publicKey);
    if (context.json) json.write(context.stdout, 'key', { principal: name, file, public_key: publicKey, line });
    else {
      context.stdout.write(`${line}\n`);
      await explain(context, name, file);
    }
    return EXIT.ok;
  },
};
