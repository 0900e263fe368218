import type { ProposalStatus } from '../../../domain/action/status.js';
import { isFinal, transitions } from '../../../domain/action/status.js';
import { visible } from '../../../domain/text/visible.js';
import type { Command, Context } from '../../command.js';
import { EXIT, exitCodeOfStatus } from '../../exit-codes.js';
import { progressIn, whoIsMissing } from './who-is-missing.js';
import { paint, wrap } from '../../terminal/output.js';
import { pause } from '../../terminal/times.js';
import { jsonObjects } from '../../schemas/json-objects.js';

const pollMilliseconds = 500;

const json = jsonObjects(({ z, text, isoTime }) => ({
  change: z.strictObject({
    at: isoTime,
    proposal_id: text,
    status: text,
    detail: text,
    needs: text.describe('which approvals are there, and which are missing'),
  }),
}));

function say(context: Context, id: string, status: string, { detail, needs }: { readonly detail: string; readonly needs: string }): void {
  const at = context.now().toISOString();
  if (context.json) {
    json.write(context.stdout, 'change', { at, proposal_id: id, status, detail, needs });
    return;
  }
  const time = context.time === 'iso' ? at : at.slice(11, 19);
  // A group alone says nothing that is new; how far it has come does.
  const words = [detail, progressIn(needs) === '' ? '' : `needs ${needs}`].filter((each) => each !== '');
  const line = `${time} ${visible(id)} ${visible(status)}${words.map((each) => `  ${visible(each)}`).join('')}`;
  context.stdout.write(`${wrap(line, context.columns, 9)}\n`);
}

async function watchOne(id: string, context: Context): Promise<number> {
  const proposals = await context.proposals();
  let last: string | undefined;
  for (;;) {
    const { status, reason, needs: all = '' } = await proposals.view(id);
    // What was missing is of no concern once it is decided.
    const needs = status === 'proposed' ? all : '';
    if (`${status} ${needs}` !== last) say(context, id, status, { detail: reason, needs });
    last = `${status} ${needs}`;
    if (isFinal(status)) return exitCodeOfStatus(status);
    if (context.gone.aborted) return EXIT.ok;
    await pause(pollMilliseconds, context.signal);
  }
}

/** The server also knows ends of its own, such as `terminated`. */
const hasEnded = (status: string) => !(status in transitions) || isFinal(status as ProposalStatus);

async function watchAll(context: Context): Promise<number> {
  const proposals = await context.proposals();
  const last = new Map<string, string>();
  let first = true;
  if (!context.json) context.stderr.write(`${paint(context, 'dim', 'What waits now, then every change.  Ctrl-C ends it.')}\n`);
  for (;;) {
    const seen = await proposals.list({ all: true, limit: 200 });
    for (const each of seen.toReversed()) {
      const { proposalId: id, status, actionType: type, needs } = each;
      const now = `${status} ${needs}`;
      const isNews = last.get(id) !== now && !(first && hasEnded(status));
      last.set(id, now);
      if (isNews) say(context, id, status, { detail: type, needs: await whoIsMissing(proposals, each) });
    }
    first = false;
    if (context.gone.aborted) return EXIT.ok;
    await pause(pollMilliseconds, context.signal);
  }
}

export const command: Command = {
  json: [json],
  usage: 'ubos watch [ID] [--json]',
  details: 'Says every change of state; with ID until it has ended, with its exit code. Ctrl-C ends it (130), --timeout too (124).',
  async run({ positionals }, context) {
    const [reference] = positionals;
    return reference === undefined ? watchAll(context) : watchOne(await (await context.proposals()).resolveId(reference), context);
  },
};
