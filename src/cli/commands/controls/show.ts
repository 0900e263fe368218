import type { Command } from '../../command.js';
import { EXIT } from '../../exit-codes.js';
import { controlsJson, writeControls } from './controls-json.js';
import { lookAtControls } from './look.js';
import { controlsPicture } from './picture.js';
import { noWords } from './words.js';

const usage = 'ubos controls show [--json]';

export const command: Command = {
  json: [controlsJson],
  usage,
  details:
    '`ubos controls` alone is the same. Governor and relief valve of this host: limit, stage, what is held and why, set-points, terms, pressure, the last minutes. Read from this host, so a server is not needed. What it means: docs/controls.md.',
  async run({ positionals }, context) {
    noWords(positionals, 0, usage);
    const seen = await lookAtControls(await context.config());
    if (context.json) writeControls(context.stdout, seen);
    else context.stdout.write(controlsPicture(seen, context));
    return EXIT.ok;
  },
};
