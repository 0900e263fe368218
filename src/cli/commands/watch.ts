import { isFinal } from '../../domain/status.js';
import type { ProposalStatus } from '../../domain/status.js';
import { visible } from '../../domain/text.js';
import type { Command, Context } from '../command.js';
import { EXIT, exitCodeOfStatus } from '../exit-codes.js';

const pollMilliseconds = 500;

function pause({ signal }: Context): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, pollMilliseconds);
    signal.addEventListener(
      'abort',
      () => {
        clearTimeout(timer);
        resolve();
      },
      { once: true },
    );
  });
}

function say(context: Context, id: string, status: string, detail: string): void {
  const at = context.now().toISOString();
  context.stdout.write(
    context.json
      ? `${JSON.stringify({ schema: 'ubos.change/v1', at, proposal_id: id, status, detail })}\n`
      : `${at.slice(11, 19)} ${id} ${status}${detail === '' ? '' : `  ${visible(detail)}`}\n`,
  );
}

async function watchOne(id: string, context: Context): Promise<number> {
  const proposals = await context.proposals();
  let last: string | undefined;
  while (!context.signal.aborted) {
    const { status, reason } = await proposals.view(id);
    if (status !== last) say(context, id, status, reason);
    last = status;
    if (isFinal(status)) return exitCodeOfStatus(status);
    await pause(context);
  }
  return EXIT.interrupted;
}

async function watchAll(context: Context): Promise<number> {
  const proposals = await context.proposals();
  const last = new Map<string, string>();
  let first = true;
  while (!context.signal.aborted) {
    const seen = await proposals.list({ all: true, limit: 200 });
    for (const { proposal_id: id, status, action_type: type } of seen.reverse()) {
      const isNews = last.get(id) !== status && !(first && isFinal(status as ProposalStatus));
      last.set(id, status);
      if (isNews) say(context, id, status, type);
    }
    first = false;
    await pause(context);
  }
  return EXIT.ok;
}

export const command: Command = {
  usage: 'ubos watch [ID] [--json]',
  details: 'Says every change of state; with ID until it has ended, with its exit code. Ctrl-C ends it.',
  async run({ positionals }, context) {
    const [reference] = positionals;
    return reference === undefined ? watchAll(context) : watchOne(await (await context.proposals()).resolveId(reference), context);
  },
};
