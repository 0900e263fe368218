import { constants } from 'node:fs';
import { open, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { ProposalView } from '../../../contract/messages.js';
import { visible } from '../../../domain/text/visible.js';
import { JanusError } from '../../../domain/errors.js';
import { refusedConnections } from '../../../domain/review/connections.js';
import { isFinal } from '../../../domain/action/status.js';
import type { Command, Context } from '../../command.js';
import { EXIT } from '../../exit-codes.js';
import { jsonObjects } from '../../schemas/json-objects.js';
import { paint, shown, wrap } from '../../terminal/output.js';
import { pause } from '../../terminal/times.js';

const pollMilliseconds = 300;

/** "step-2.stdout" after "step-1.stderr", rollbacks after steps. */
const order = (name: string) =>
  name
    .replace('.stdout', '.1')
    .replace('.stderr', '.2')
    .replace(/^step-/, '0-')
    .replace(/^probe/, '1-')
    .replace(/^rollback-/, '2-')
    .replace(/(\d+)\./, (_, digits: string) => `${digits.padStart(3, '0')}.`);

/** One file that is followed: where its reading stands, and the character that its last bytes may have begun. */
interface Followed {
  position: number;
  readonly decoder: InstanceType<typeof TextDecoder>;
}

/** What the file has beyond what was read before; undefined where there is nothing new. */
async function readOn(file: string, followed: Followed): Promise<string | undefined> {
  const handle = await open(file, constants.O_RDONLY | constants.O_NOFOLLOW);
  try {
    const { size } = await handle.stat();
    if (size <= followed.position) return undefined;
    const bytes = Buffer.alloc(size - followed.position);
    const { bytesRead } = await handle.read(bytes, 0, bytes.length, followed.position);
    followed.position += bytesRead;
    return followed.decoder.decode(bytes.subarray(0, bytesRead), { stream: true });
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

const json = jsonObjects(({ z, text, proposalId }) => ({
  output: z.strictObject({
    proposal_id: proposalId,
    source: z.enum(['workspace', 'history']),
    file: text,
    text,
    truncated: z.boolean(),
  }),
}));

interface Output {
  /** `workspace`: the whole text, on the host that ran it; `history`: the beginning that the workflow holds. */
  readonly source: 'workspace' | 'history';
  readonly file: string;
  readonly text: string;
  readonly truncated: boolean;
}

function print(id: string, output: Output, isOnly: boolean, context: Context): void {
  if (context.json) {
    json.write(context.stdout, 'output', { proposal_id: id, ...output });
    return;
  }
  if (!isOnly) context.stderr.write(`${paint(context, 'dim', `== ${shown(output.file)}`)}\n`);
  context.stdout.write(shown(output.text));
  if (output.truncated) context.stderr.write(`${paint(context, 'dim', 'the rest lies on the host that ran it')}\n`);
}

/** On a host that did not run it: what its history holds. */
function fromHistory({ results }: ProposalView, wanted: readonly string[]): Output[] {
  return results.flatMap(({ stdout, stderr }, index) =>
    [
      { file: `step-${index + 1}.stdout`, ...stdout },
      { file: `step-${index + 1}.stderr`, ...stderr },
    ].flatMap(({ file, text, truncated }) =>
      text !== '' && wanted.some((ending) => file.endsWith(ending)) ? [{ source: 'history' as const, file, text, truncated }] : [],
    ),
  );
}

export const command: Command = {
  json: [json],
  usage: 'ubos logs ID [-f] [--stdout|--stderr] [--json]',
  details:
    'The full output of an action: on the host that ran it, from beside its workspace; elsewhere the beginning that its history holds.\n-f goes on until the proposal has ended. ID: a whole one, at least 6 of its digits, or @latest.',
  options: { follow: { type: 'boolean', short: 'f' }, stdout: { type: 'boolean' }, stderr: { type: 'boolean' } },
  async run({ positionals, values }, context) {
    const [reference] = positionals;
    if (reference === undefined) throw new JanusError('USAGE', 'which proposal?', { next: 'ubos logs ID' });
    const both = values['stdout'] === values['stderr'];
    const wanted = [...(both || values['stdout'] === true ? ['.stdout'] : []), ...(both || values['stderr'] === true ? ['.stderr'] : [])];
    const proposals = await context.proposals();
    const id = await proposals.resolveId(reference);
    const folder = join((await context.config()).paths.workspaces, `${id}.output`);
    const followed = new Map<string, Followed>();
    let last: string | undefined;
    for (;;) {
      const view = await proposals.view(id);
      const files = await outputFiles(folder, wanted);
      for (const name of files) {
        const state = followed.get(name) ?? { position: 0, decoder: new TextDecoder() };
        followed.set(name, state);
        const text = await readOn(join(folder, name), state);
        if (text === undefined) continue;
        print(id, { source: 'workspace', file: name, text, truncated: false }, files.length === 1 || last === name, context);
        last = name;
      }
      if (values['follow'] === true && !isFinal(view.status) && !context.gone.aborted) {
        await pause(pollMilliseconds, context.signal);
        continue;
      }
      const kept = last === undefined ? fromHistory(view, wanted) : [];
      for (const output of kept) print(id, output, kept.length === 1, context);
      const refused = view.results.flatMap(({ network }) => refusedConnections(network));
      if (!context.json)
        for (const each of refused) context.stderr.write(`${wrap(`${paint(context, 'yellow', '!')} ${each}`, context.columns, 2)}\n`);
      if (last === undefined && kept.length === 0 && !context.json)
        context.stderr.write(
          `${id} is ${visible(view.status)}: ${view.results.length === 0 ? 'it has no output' : 'there is no such output'}.\n`,
        );
      return EXIT.ok;
    }
  },
};
