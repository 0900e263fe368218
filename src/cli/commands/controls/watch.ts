import type { Command, Context } from '../../command.js';
import { EXIT } from '../../exit-codes.js';
import { pause } from '../../terminal/times.js';
import { controlsJson, writeControls } from './controls-json.js';
import { lookAtControls } from './look.js';
import { controlsLine, controlsPicture } from './picture.js';
import { noWords } from './words.js';

const usage = 'ubos controls watch [--json]';

/** Over the picture before it, where a terminal can do that. */
function redraw(context: Context, picture: string, before: string): void {
  const lines = before.split('\n').length - 1;
  context.stdout.write(lines === 0 ? picture : `\u001b[${lines}A\u001b[J${picture}`);
}

export const command: Command = {
  json: [controlsJson],
  usage,
  details:
    'The same at every tick: on a terminal the picture, elsewhere a line whenever something is other than it was. Ctrl-C ends it (130), --timeout too (124).',
  async run({ positionals }, context) {
    noWords(positionals, 0, usage);
    const config = await context.config();
    const milliseconds = Math.max(200, config.harness.tickIntervalSeconds * 1_000);
    const isDrawn = context.stdout.isTTY === true && !context.json;
    let before = '';
    for (;;) {
      const seen = await lookAtControls(config);
      const now = isDrawn ? controlsPicture(seen, context) : controlsLine(seen);
      if (context.json) writeControls(context.stdout, seen);
      else if (isDrawn) redraw(context, now, before);
      else if (now !== before) context.stdout.write(`${context.now().toISOString().slice(11, 19)} ${now}\n`);
      before = now;
      if (context.gone.aborted) return EXIT.ok;
      await pause(milliseconds, context.signal);
    }
  },
};
