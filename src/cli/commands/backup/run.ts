import { visible } from '../../../domain/text/visible.js';
import type { Command } from '../../command.js';
import { EXIT } from '../../exit-codes.js';
import { jsonObjects } from '../../schemas/json-objects.js';
import { wrap } from '../../terminal/output.js';
import { noWords } from '../controls/words.js';
import { sayDone } from '../decide/plain-decision.js';

const usage = 'ubos backup run [--json]';

const json = jsonObjects(({ z, text }) => ({
  'backup-run': z.strictObject({ ok: z.boolean(), summary: text }),
}));

export const command: Command = {
  json: [json],
  usage,
  details:
    'Makes a backup now, as each night, and waits for it: the trail, the keys of people, the proposals that wait with their deadlines; no private key. What came of it is in the mission log. Exit code 1: none was made. Needs the server and a worker.',
  interrupted: 'The backup goes on: ubos audit tail',
  async run({ positionals }, context) {
    noWords(positionals, 0, usage);
    const run = await (await context.vessel()).backUp();
    const { findings, unrecorded } = await run.report();
    const [finding] = findings;
    const ok = finding?.ok === true;
    const summary = visible(finding?.summary ?? unrecorded ?? 'it ended without a word');
    if (context.json) json.write(context.stdout, 'backup-run', { ok, summary });
    else if (ok) sayDone(context, `Backed up: ${summary}`);
    else context.stderr.write(`${wrap(`ubos: no backup was made: ${summary}`, context.columns, 2)}\n  → ubos backup list\n`);
    return ok ? EXIT.ok : EXIT.failure;
  },
};
