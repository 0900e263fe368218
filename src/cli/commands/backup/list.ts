import type { Command } from '../../command.js';
import { EXIT } from '../../exit-codes.js';
import { jsonObjects } from '../../schemas/json-objects.js';
import { noWords } from '../controls/words.js';
import { openRepository } from './repository.js';

const usage = 'ubos backup list [--json]';

const json = jsonObjects(({ z, text, isoTime }) => ({
  backups: z.strictObject({ repository: text, backups: z.array(z.strictObject({ snapshot: text, at: isoTime, id: text.nullable() })) }),
}));

export const command: Command = {
  json: [json],
  usage,
  details: 'The backups that the repository holds, the newest last, as ubos restore takes them. On a server with sudo. Needs no server.',
  async run({ positionals }, context) {
    noWords(positionals, 0, usage);
    const { config, restic } = await openRepository(context);
    const snapshots = await restic.snapshots(config.vesselId);
    const { repository } = config.backup;
    if (context.json) {
      const backups = snapshots.map(({ id: snapshot, at, tags }) => ({ snapshot, at, id: tags[0] ?? null }));
      json.write(context.stdout, 'backups', { repository, backups });
      return EXIT.ok;
    }
    for (const { id, at } of snapshots) context.stdout.write(`${id}  ${at}\n`);
    if (snapshots.length === 0) context.stderr.write(`${repository} holds no backup of ${config.vesselId} yet\n  → ubos backup run\n`);
    return EXIT.ok;
  },
};
