import type { PreviewerSettings } from '../../../adapters/sandbox/preview/create-previewer.js';
import type { PreviewSubject } from '../../../adapters/sandbox/contract/previewer.js';
import { previewBlocks } from '../../../domain/review/preview.js';
import { blocksText } from '../../../domain/review/text.js';
import { JanusError } from '../../../domain/errors.js';
import type { Context } from '../../command.js';
import { EXIT } from '../../exit-codes.js';
import { jsonObjects } from '../../schemas/json-objects.js';
import { layoutOf } from '../../terminal/layout.js';
import { snakeKeys } from '../../../domain/text/key-case.js';

/** What `showPreview` prints with --json. */
export const previewJson = jsonObjects(({ previewed }) => ({ preview: previewed }));

/** Previews here and now, without a server, and shows the effect. Exit code: that of the last command, or 124 when a limit ended it. */
export async function showPreview(settings: PreviewerSettings, subject: PreviewSubject, context: Context): Promise<number> {
  const { createPreviewer } = await import('../../../adapters/sandbox/preview/create-previewer.js');
  const report = await createPreviewer(settings).preview(subject, context.signal);
  if (report.state === 'not_previewable') throw new JanusError('SANDBOX_UNAVAILABLE', `not previewable: ${report.why}`);
  if (context.json) previewJson.write(context.stdout, 'preview', snakeKeys(report));
  else context.stdout.write(`${blocksText(previewBlocks(report, undefined), layoutOf(context))}\n`);
  const last = report.effect.steps.at(-1);
  return last?.reason === 'exit' ? (last.exitCode ?? EXIT.failure) : EXIT.timeout;
}
