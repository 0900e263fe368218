import { constants } from 'node:fs';
import { open, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { JanusError } from '../../domain/errors.js';
import { isFinal } from '../../domain/status.js';
import { visible } from '../../domain/text.js';
import type { Command, Context } from '../command.js';
import { EXIT } from '../exit-codes.js';
import { paint } from '../output.js';

/** "step-2.stdout" after "step-1.stderr", rollbacks after steps. */
const order = (name: string) =>
  name
    .replace('.stdout', '.1')
    .replace('.stderr', '.2')
    .replace(/^step-/, '0-')
    .replace(/^probe/, '1-')
    .replace(/^rollback-/, '2-')
    .replace(/(\d+)\./, (_, digits: string) => `${digits.padStart(3, '0')}.`);

/** Prints what a file has beyond `from`; returns where it ends now. Tool output is shown, not obeyed by the terminal. */
async function printFrom(file: string, from: number, context: Context): Promise<number> {
  const handle = await open(file, constants.O_RDONLY | constants.O_NOFOLLOW);
  try {
    const { size } = await handle.stat();
    if (size <= from) return from;
    const bytes = Buffer.alloc(size - from);
    await handle.read(bytes, 0, bytes.length, from);
    context.stdout.write(visible(bytes.toString('utf8'), { keepNewlines: true }).replaceAll('⟦U+0009⟧', '\t'));
    return size;
  } finally {
    await handle.close();
  }
}

async function outputFiles(folder: string, wanted: readonly string[]): Promise<string[]> {
  const names = await readdir(folder).catch(() => []);
  const sizes = await Promise.all(names.map(async (name) => (await stat(join(folder, name)).catch((): undefined => undefined))?.size ?? 0));
  return names
    .filter((name, index) => (sizes[index] ?? 0) > 0 && wanted.some((ending) => name.endsWith(ending)))
    .sort((a, b) => order(a).localeCompare(order(b)));
}

export const command: Command = {
  usage: 'ubos logs ID [-f] [--stdout|--stderr]',
  details:
    'The full output of an action: on the host that ran it, from beside its workspace; elsewhere the beginning that its history holds.',
  options: { follow: { type: 'boolean', short: 'f' }, stdout: { type: 'boolean' }, stderr: { type: 'boolean' } },
  async run({ positionals, values }, context) {
    const [reference] = positionals;
    if (reference === undefined) throw new JanusError('USAGE', 'which proposal?', { next: 'ubos logs ID' });
    const wanted = [...(values['stderr'] === true ? [] : ['.stdout']), ...(values['stdout'] === true ? [] : ['.stderr'])];
    const proposals = await context.proposals();
    const id = await proposals.resolveId(reference);
    const folder = join((await context.config()).paths.workspaces, `${id}.output`);
    const done = new Map<string, number>();
    let shown = false;
    for (;;) {
      const { status, results } = await proposals.view(id);
      const files = await outputFiles(folder, wanted);
      for (const name of files) {
        if (!done.has(name) && files.length > 1) context.stderr.write(paint(context, 'dim', `== ${name}\n`));
        done.set(name, await printFrom(join(folder, name), done.get(name) ?? 0, context));
        shown = true;
      }
      if (values['follow'] !== true || isFinal(status) || context.signal.aborted) {
        if (!shown)
          for (const { stdout, stderr } of results)
            for (const [ending, { text }] of [
              ['.stdout', stdout],
              ['.stderr', stderr],
            ] as const)
              if (wanted.includes(ending)) context.stdout.write(visible(text, { keepNewlines: true }));
        if (!shown && results.length === 0) context.stderr.write(`${id} is ${status}: it has no output.\n`);
        return EXIT.ok;
      }
      await new Promise((resolve) => setTimeout(resolve, 300));
    }
  },
};
