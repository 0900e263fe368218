import { visible } from '../../../domain/text/visible.js';
import type { Command } from '../../command.js';
import { EXIT } from '../../exit-codes.js';
import { jsonObjects } from '../../schemas/json-objects.js';
import { table } from '../../terminal/output.js';
import { consentWords, knownPlaybooks, playbookJson } from './known-playbooks.js';

const json = jsonObjects(({ z, text, knownPlaybook }) => ({
  playbooks: z.strictObject({
    file: text,
    playbooks: z.array(knownPlaybook),
    disabled: z.array(z.strictObject({ playbook_id: text, why: text })),
  }),
}));

export const command: Command = {
  json: [json],
  usage: 'ubos playbooks list [--json]',
  details: 'The playbooks that the next thinking cycle reads, and whether each is approved beforehand. Needs no server.',
  async run(_, context) {
    const known = await knownPlaybooks(context);
    const rows = await Promise.all(known.playbooks.map(async (playbook) => ({ playbook, consent: await known.consent(playbook) })));
    if (context.json) {
      json.write(context.stdout, 'playbooks', {
        file: known.file,
        playbooks: rows.map(({ playbook, consent }) => playbookJson(playbook, consent)),
        disabled: known.disabled.map(({ playbookId, why }) => ({ playbook_id: playbookId, why })),
      });
      return EXIT.ok;
    }
    const lines = [
      ...rows.map(({ playbook: { document, risk }, consent }) => [
        document.playbook_id,
        risk,
        visible(context.here(consentWords(consent))),
      ]),
      ...known.disabled.map(({ playbookId, why }) => [visible(playbookId), '-', visible(why)]),
    ];
    if (lines.length === 0) context.stderr.write(`There is no playbook in ${known.file}.\n`);
    else context.stdout.write(table([['PLAYBOOK', 'RISK', 'APPROVED BEFOREHAND'], ...lines], context.columns, { overflow: 'wrap' }));
    return EXIT.ok;
  },
};
