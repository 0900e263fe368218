import { lstatSync } from 'node:fs';
import { resolve } from 'node:path';
import { JanusError } from '../../../domain/errors.js';
import { visible } from '../../../domain/text/visible.js';
import type { Command } from '../../command.js';
import { EXIT } from '../../exit-codes.js';
import { table, writeJson } from '../../terminal/output.js';
import { snakeKeys } from '../../../domain/text/key-case.js';

export const command: Command = {
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
      writeJson(context, 'collection', { workspace, ...(snakeKeys(collection) as object) });
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
