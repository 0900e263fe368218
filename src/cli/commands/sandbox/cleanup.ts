import { resolve } from 'node:path';
import { JanusError } from '../../../domain/errors.js';
import { visible } from '../../../domain/text/visible.js';
import type { Command } from '../../command.js';
import { EXIT } from '../../exit-codes.js';
import { jsonObjects } from '../../schemas/json-objects.js';

const json = jsonObjects(({ z, text, count }) => ({
  cleanup: z.strictObject({
    paths: z.array(z.string()),
    done: z.boolean(),
    removed: count.describe('entries that are gone'),
    problems: z.array(z.strictObject({ path: text, what: text, next: text })),
  }),
}));

export const command: Command = {
  json: [json],
  usage: 'ubos sandbox cleanup DIR [--force] [--json]',
  details:
    'Removes a workspace and its outputs as the janitor would, without waiting for their time, however hostile it looks; or a folder that `ubos sandbox run --workspace DIR` made. Asks nothing. Refused: anything else, a link, what something runs in (exit code 4), and without --force what belongs to an action that is not settled or not known (4). Exit code 1: something is left, and is named.',
  options: { force: { type: 'boolean' } },
  async run({ positionals, values }, context) {
    const [named, more] = positionals;
    if (named === undefined || more !== undefined)
      throw new JanusError('USAGE', 'which folder?', { next: 'ubos sandbox cleanup DIR, one folder' });
    const config = await context.config();
    const [{ cleanUp }, { currentActionAccount }, { actionState }, { createStartLedger }] = await Promise.all([
      import('../../../adapters/sandbox/upkeep/cleanup.js'),
      import('../../../adapters/sandbox/profile/account.js'),
      import('../../../adapters/ledger/action-state.js'),
      import('../../../adapters/ledger/create-start-ledger.js'),
    ]);
    const ledger = createStartLedger({ folder: config.paths.ledger });
    const { paths, done, removed, problems } = await cleanUp(resolve(context.cwd, named), {
      workspacesRoot: config.paths.workspaces,
      account: currentActionAccount(config.sandbox.account),
      stateOf: (id) => actionState(ledger, id),
      force: values['force'] === true,
      signal: context.signal,
    });
    if (context.signal.aborted) throw context.signal.reason as Error;
    if (context.json) json.write(context.stdout, 'cleanup', { paths, done, removed, problems });
    else if (done) context.stdout.write(`removed ${paths.map((path) => visible(path)).join(' and ')}: ${removed} entries\n`);
    if (!context.json) {
      for (const { path, what, next } of problems) context.stderr.write(`ubos: ${visible(path)}: ${what}\n  → ${visible(next)}\n`);
      if (!done && problems.length === 0) context.stderr.write('ubos: not all of it yet: call it again\n');
    }
    return done ? EXIT.ok : EXIT.failure;
  },
};
