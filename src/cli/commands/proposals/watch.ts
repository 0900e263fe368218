import type { ProposalStatus } from '../../../domain/action/status.js';
import { isFinal, transitions } from '../../../domain/action/status.js';
import { hasCode } from '../../../domain/errors.js';
import { visible } from '../../../domain/text/visible.js';
import type { Command, Context } from '../../command.js';
import { EXIT, exitCodeOfStatus } from '../../exit-codes.js';
import { progressIn, whoIsMissing } from './who-is-missing.js';
import { paint, wrap } from '../../terminal/output.js';
import { pause } from '../../terminal/times.js';
import { jsonObjects } from '../../schemas/json-objects.js';

const pollMilliseconds = 500;
/** A look takes some milliseconds: whoever watches hears of a server that is gone before two seconds are over. */
const silenceMilliseconds = 1_200;

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

const isGone = (error: unknown) => hasCode(error, 'TEMPORAL_UNREACHABLE') || hasCode(error, 'TIMEOUT');

/** What a look found; says when nobody answers, looks on, and says when somebody does again. */
async function answered<T>(look: () => Promise<T>, context: Context): Promise<T> {
  const tell = (words: string) => {
    if (!context.json) context.stderr.write(`${paint(context, 'yellow', '!')} ${words}\n`);
  };
  const ask = () =>
    look().then(
      (value) => ({ value }),
      (error: unknown) => {
        if (isGone(error)) return 'failed' as const;
        throw error;
      },
    );
  let asked = ask();
  for (let told = false; ; told = true) {
    const found = await Promise.race([asked, pause(silenceMilliseconds, context.signal)]);
    if (typeof found === 'object') {
      if (told) tell('The server answers again.');
      return found.value;
    }
    if (!told) tell('The server does not answer. Nothing is lost: what happens meanwhile is shown when it does again.');
    if (found !== 'failed') continue;
    await pause(pollMilliseconds, context.signal);
    asked = ask();
  }
}

async function watchOne(id: string, context: Context): Promise<number> {
  const proposals = await context.proposals();
  let last: string | undefined;
  for (;;) {
    const { status, reason, needs: all = '' } = await answered(() => proposals.view(id), context);
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
    const seen = await answered(() => proposals.list({ all: true, limit: 200 }), context);
    for (const each of seen.toReversed()) {
      const { proposalId: id, status, actionType: type, needs } = each;
      const now = `${status} ${needs}`;
      const isNews = last.get(id) !== now && !(first && hasEnded(status));
      last.set(id, now);
      if (isNews) say(context, id, status, { detail: type, needs: await answered(() => whoIsMissing(proposals, each), context) });
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
