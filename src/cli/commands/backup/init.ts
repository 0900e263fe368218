import type { Command } from '../../command.js';
import { EXIT } from '../../exit-codes.js';
import { jsonObjects } from '../../schemas/json-objects.js';
import { wrap } from '../../terminal/output.js';
import { noWords } from '../controls/words.js';
import { sayDone } from '../decide/plain-decision.js';

const usage = 'ubos backup init [--json]';

const json = jsonObjects(({ z, text }) => ({
  'backup-repository': z.strictObject({ repository: text, password_file: text, made_password: z.boolean() }),
}));

export const command: Command = {
  json: [json],
  usage,
  details:
    'Makes the repository that integrations.cockpit_sync.backup_path names, encrypted with a new password where password_file does not exist. Keep a copy of that file elsewhere: without it no backup can be read. On a server with sudo. Needs restic.',
  async run({ positionals }, context) {
    noWords(positionals, 0, usage);
    const config = await context.config();
    const { createRestic } = await import('../../../adapters/backup/restic.js');
    const { makePassword } = await import('../../../adapters/backup/password.js');
    const { repository, passwordFile } = config.backup;
    const isNew = await makePassword(passwordFile);
    await createRestic({ repository, passwordFile, state: config.paths.state, signal: context.signal }).init();
    if (context.json) json.write(context.stdout, 'backup-repository', { repository, password_file: passwordFile, made_password: isNew });
    else {
      sayDone(context, `Made a repository in ${repository}`);
      const kept = `${isNew ? 'Its new password' : 'Its password'} is in ${passwordFile}: keep a copy elsewhere, nothing can be read without it.`;
      context.stderr.write(`${wrap(`  ${kept}`, context.columns, 2)}\n`);
    }
    return EXIT.ok;
  },
};
