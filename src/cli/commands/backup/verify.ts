import { JanusError } from '../../../domain/errors.js';
import { logNames } from '../../../domain/trail/logs.js';
import type { Command } from '../../command.js';
import { EXIT } from '../../exit-codes.js';
import { jsonObjects } from '../../schemas/json-objects.js';
import { shown } from '../../terminal/output.js';
import { noWords } from '../controls/words.js';
import { trailFiles } from '../audit/trail-options.js';
import { openRepository } from './repository.js';

const usage = 'ubos backup verify [SNAPSHOT] [--full] [--json]';

const json = jsonObjects(({ z, text, count, log }) => ({
  'backup-verification': z.strictObject({
    snapshot: text,
    ok: z.boolean(),
    database: z.enum(['whole', 'damaged', 'none']),
    logs: z.array(z.strictObject({ log, state: text, records: count })),
  }),
}));

export const command: Command = {
  json: [json],
  usage,
  details:
    'Puts a backup (default: the newest) back into a folder of its own, and looks whether the trail in it is whole and the database sound; before that restic checks the repository, with --full every byte of it. Exit code 1: it would be no good. On a server with sudo. Needs no server.',
  options: { full: { type: 'boolean' } },
  async run({ positionals, values }, context) {
    noWords(positionals, 1, usage);
    const { config, restic } = await openRepository(context);
    const [named = 'latest'] = positionals;
    await restic.check(values['full'] === true ? 100 : 0);
    const { inScratch, readBackedUp } = await import('../../../adapters/backup/look-into.js');
    const { verifyTrail } = await import('../../../adapters/audit/verify/verify-trail.js');
    return inScratch(async (folder) => {
      await restic.restore(named, folder);
      const { manifest, database } = await readBackedUp(folder);
      if (manifest === undefined)
        throw new JanusError('BACKUP_FAILED', `snapshot ${named} is no backup of a vessel: it has no manifest`, {
          next: 'ubos backup list',
        });
      const files = trailFiles(config);
      const inFolder = (file: string) => `${folder}${file.slice(config.paths.state.length)}`;
      const verdicts = await verifyTrail({
        files: { mission_log: inFolder(files.mission_log), tool_use: inFolder(files.tool_use), proposals: inFolder(files.proposals) },
        headsFolder: inFolder(config.paths.heads),
        logs: logNames,
        full: true,
      });
      const ok = database !== 'damaged' && verdicts.every(({ state }) => state !== 'broken');
      const logs = verdicts.map(({ log, state, records }) => ({ log, state, records }));
      if (context.json) json.write(context.stdout, 'backup-verification', { snapshot: named, ok, database, logs });
      else {
        context.stdout.write(`${ok ? '✓' : '✗'} ${named}: taken ${manifest.takenAt}\n`);
        for (const { log, state, records, problem } of verdicts)
          context.stdout.write(`  ${log}: ${state}, ${records} records${problem === undefined ? '' : `: ${shown(problem.reason)}`}\n`);
        context.stdout.write(`  database: ${database === 'none' ? 'none: the server keeps its own' : database}\n`);
      }
      return ok ? EXIT.ok : EXIT.failure;
    });
  },
};
