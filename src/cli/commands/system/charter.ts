import { JanusError } from '../../../domain/errors.js';
import { visible } from '../../../domain/text/visible.js';
import type { Command } from '../../command.js';
import { EXIT } from '../../exit-codes.js';
import { jsonObjects } from '../../schemas/json-objects.js';
import { wrap } from '../../terminal/output.js';
import { noWords } from '../controls/words.js';

const usage = 'ubos charter [--json]';

const json = jsonObjects(({ z, text }) => ({
  charter: z.strictObject({ file: text, principles: z.array(z.string()), text: z.string() }),
}));

async function read(file: string): Promise<string> {
  const { readCharter } = await import('../../../adapters/playbooks/read-charter.js');
  const found = await readCharter(file);
  if ('text' in found) return found.text;
  throw new JanusError('CONFIG_INVALID', found.why, { next: 'ubos config explain constitutional.charter_path' });
}

export const command: Command = {
  json: [json],
  usage,
  details: 'The principles and the charter that this vessel is held to, as its configuration names them. Needs no server.',
  async run({ positionals }, context) {
    noWords(positionals, 0, usage);
    const { paths, principles } = await context.config();
    const text = await read(paths.charter);
    if (context.json) json.write(context.stdout, 'charter', { file: paths.charter, principles: [...principles], text });
    else {
      const list = principles.map((each) => `${wrap(`  ${visible(each)}`, context.columns, 2)}\n`).join('');
      const charter = text
        .split('\n')
        .map((line) => wrap(visible(line), context.columns))
        .join('\n');
      context.stdout.write(`PRINCIPLES\n${list}\n${charter}`);
    }
    return EXIT.ok;
  },
};
