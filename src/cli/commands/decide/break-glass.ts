import type { Command } from '../../command.js';
import { EXIT } from '../../exit-codes.js';
import { consentTo, digestOption } from './asking.js';
import { deliver, openCliDesk, reasonOr, signalJson, signingOptions } from './cli-desk.js';
import { idHelp, referenceOf, sayDone } from './plain-decision.js';
import { decisionJson, writeDecision } from './reporting.js';

const usage = 'ubos break-glass ID --reason TEXT [--digest DIGITS] [--key FILE] [--print-signal] [--json]';

export const command: Command = {
  json: [decisionJson, signalJson],
  usage,
  details: `Starts an action of high risk alone, where agent.yaml names a group for that. The others are told, and have to look at it afterwards.\nAsked for like an approval of high risk; without a terminal --digest names what you have read.\n${idHelp}`,
  options: { reason: { type: 'string' }, ...digestOption, ...signingOptions },
  async run(invocation, context) {
    const { values } = invocation;
    const reference = referenceOf(invocation, { usage, words: 1 });
    const reason = reasonOr(values, 'the others will read it', "ubos break-glass ID --reason 'what cannot wait'");
    const here = await openCliDesk(context, values);
    const id = await here.proposals.resolveId(reference);
    const shown = here.desk.show(await here.desk.load(id));
    const consented = await consentTo(shown, here, 'break-glass');
    const done = await deliver(here, await here.desk.compose(shown, { decision: 'break_glass', reason, ...consented }));
    if (done === undefined) return EXIT.ok;
    if (context.json) writeDecision(context, id, done);
    else sayDone(context, `Broke the glass for ${id}`);
    return EXIT.ok;
  },
};
