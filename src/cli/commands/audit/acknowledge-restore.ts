import { JanusError } from '../../../domain/errors.js';
import { visible } from '../../../domain/text/visible.js';
import type { Command } from '../../command.js';
import { wrap } from '../../terminal/output.js';
import { giveOrder, orderJson, orderOptions, orderSignalJson, reportOrder } from '../controls/ordering.js';
import { noWords } from '../controls/words.js';
import { reasonOr } from '../decide/cli-desk.js';

const usage = 'ubos audit acknowledge-restore --reason TEXT [--key FILE] [--print-signal] [--json]';

export const command: Command = {
  json: [orderJson, orderSignalJson],
  usage,
  details:
    'Lets the vessel go on from a backup that was put back, in mode alpha: the mission log says from which heads, and what was set aside. What had been approved asks again. Until then nothing runs. Signed where keys exist, by two persons where the rules for approvals say so. Needs the server and a worker.',
  options: orderOptions,
  async run({ positionals, values }, context) {
    noWords(positionals, 0, usage);
    const reason = reasonOr(values, 'it is on record for ever', "ubos audit acknowledge-restore --reason 'the disk was lost'");
    const { paths } = await context.config();
    const { backupPlaces } = await import('../../../adapters/backup/places.js');
    const { readRestored } = await import('../../../adapters/backup/restored-word.js');
    const restored = readRestored(backupPlaces(paths.state));
    if (restored === undefined)
      throw new JanusError('CONFLICT', 'no backup was put back that somebody has to say yes to. Nothing done.', {
        details: { answer: 'NOTHING_STANDS' },
        next: 'ubos status',
      });
    if (!context.json) {
      const { takenAt, folder, setAside } = restored;
      const aside =
        setAside.length === 0 ? 'Nothing was set aside.' : `Set aside in ${folder}: ${setAside.map((name) => visible(name)).join(', ')}.`;
      context.stderr.write(`${wrap(`The backup of ${visible(takenAt)} was put back. ${aside}`, context.columns, 2)}\n`);
    }
    const given = await giveOrder(context, values, { kind: 'acknowledge_restore', reason, of: restored.id });
    return reportOrder(context, given, `Goes on from the backup of ${visible(restored.takenAt)}, in mode alpha`);
  },
};
