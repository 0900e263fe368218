import { lstatSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Collection } from '../../../adapters/sandbox/workspace/collect.js';
import { JanusError } from '../../../domain/errors.js';
import { visible } from '../../../domain/text/visible.js';
import type { Command } from '../../command.js';
import { EXIT } from '../../exit-codes.js';
import { jsonObjects } from '../../schemas/json-objects.js';
import { table } from '../../terminal/output.js';
import { snakeKeys } from '../../../domain/text/key-case.js';

const json = jsonObjects(({ z, text, count, digest, shapeOf }) => ({
  collection: shapeOf<{ readonly workspace: string } & Collection>()(
    z.strictObject({
      workspace: text,
      files: z.array(z.strictObject({ path: text.describe('what is no visible text is shown as ⟦...⟧'), bytes: count, sha256: digest })),
      left_out: z.array(z.strictObject({ path: text, why: text })),
      left_out_count: count.describe('also those that left_out has no room for'),
      bytes: count,
    }),
  ),
}));

export const command: Command = {
  json: [json],
  usage: 'ubos sandbox collect DIR [--json]',
  details:
    'Lists what would be collected from a workspace, and what would be left out and why. Changes nothing, follows no link, opens nothing but regular files. Needs no server. Call it when nothing runs in it any more.',
  async run({ positionals }, context) {
    const [named, more] = positionals;
    if (named === undefined || more !== undefined)
      throw new JanusError('USAGE', 'which folder?', { next: 'ubos sandbox collect DIR, one folder' });
    const workspace = resolve(context.cwd, named);
    const found = lstatSync(workspace, { throwIfNoEntry: false });
    if (found?.isDirectory() !== true) {
      const what = found === undefined ? 'does not exist' : found.isSymbolicLink() ? 'is a link' : 'is no folder';
      throw new JanusError('USAGE', `${workspace} ${what}`, { next: 'name the folder of a workspace' });
    }
    const { collect } = await import('../../../adapters/sandbox/workspace/collect.js');
    const collection = await collect(workspace, {}, context.signal);
    if (context.json) {
      json.write(context.stdout, 'collection', { workspace, ...snakeKeys(collection) });
      return EXIT.ok;
    }
    const { files, leftOut, leftOutCount, bytes } = collection;
    context.stdout.write(
      table([...files.map((file) => [String(file.bytes), file.sha256, file.path])], context.columns, { overflow: 'wrap' }),
    );
    if (leftOut.length > 0) context.stdout.write('\nleft out:\n');
    for (const { path, why } of leftOut) context.stdout.write(`  ${path}: ${why}\n`);
    if (leftOutCount > leftOut.length) context.stdout.write(`  … and ${leftOutCount - leftOut.length} more\n`);
    const sum = `${files.length} files, ${bytes} bytes; ${leftOutCount} left out`;
    context.stderr.write(`${visible(workspace)}: ${sum}\n`);
    return EXIT.ok;
  },
};
