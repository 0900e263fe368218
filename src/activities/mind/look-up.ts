import { ApplicationFailure } from '@temporalio/common';
import type { Oracles } from '../../adapters/oracles/oracles.js';
import type { KeptAnswers } from '../../adapters/tickets/kept-answers.js';
import type { Gathered, MindActivities } from '../../contract/cycle.js';
import type { LookedUp, LookupTicket } from '../../contract/lookups.js';
import type { AskingRun } from '../../domain/approval/own-word.js';
import { lookupTicketText } from '../../domain/approval/own-word.js';
import { oracleFacts } from '../../domain/oracles/facts.js';
import type { OracleAnswer, OracleAnswered } from '../../domain/oracles/oracle.js';
import { shorten } from '../../domain/text/visible.js';
import { contextOf } from '../../domain/thinking/facts.js';
import { withHeartbeat } from '../shared/heartbeat.js';
import { within } from '../shared/within.js';
import type { Vouching } from './vouching.js';

export interface LookUpDependencies {
  readonly vouching: Vouching;
  /** Absent: there are none. */
  readonly oracles?: { readonly ask: Oracles['ask']; readonly kept: KeptAnswers<OracleAnswer> };
}

const refused = (why: string) => ApplicationFailure.nonRetryable(`the ticket does not count: ${why}`, 'TicketRefused');

/** Throws where the brain did not sign it for this run, or where its time is over. */
function mustCount({ vouching: { self, vouchers, now } }: LookUpDependencies, run: AskingRun, ticket: LookupTicket): void {
  let isOwn = false;
  try {
    isOwn = vouchers.isOwn(lookupTicketText(self, run, ticket), ticket.signature);
  } catch {
    // What canonical JSON cannot carry was never signed.
  }
  if (!isOwn) throw refused('the brain did not sign it');
  if (Date.parse(ticket.expiresAt) <= now().getTime()) throw refused(`it was good until ${ticket.expiresAt}`);
}

/** Of a series the history need not keep the points: the mind reads its text. */
const textMax = 400;
const brief = (answer: OracleAnswer): OracleAnswer =>
  answer.kind === 'failed'
    ? answer
    : {
        ...answer,
        result:
          answer.result.kind === 'series'
            ? { kind: 'text', text: shorten(answer.result.text, textMax) }
            : { ...answer.result, text: shorten(answer.result.text, textMax) },
      };

/** Asks once: whoever comes with the same ticket again gets what was answered then. */
async function askOnce(
  { vouching, oracles }: LookUpDependencies & { readonly oracles: NonNullable<LookUpDependencies['oracles']> },
  { run, ticket, signal }: { readonly run: AskingRun; readonly ticket: LookupTicket; readonly signal: AbortSignal },
): Promise<LookedUp> {
  const { id, oracle, query, seconds } = ticket;
  const name = vouching.sha256(`janus.lookup-ticket.v1\0${run.firstRunId}\0${id}`).slice(0, 32);
  const claimed = await oracles.kept.claim(name);
  if (claimed.kind === 'kept') return { id, answer: claimed.answer };
  if (claimed.kind === 'lost')
    return {
      id,
      answer: { kind: 'failed', oracle, query, code: 'interrupted', why: 'it was asked, and its answer was lost with the worker' },
    };
  const answer = brief(await within({ milliseconds: seconds * 1_000, signal }, (either) => oracles.ask({ oracle, query }, either)));
  await oracles.kept.keep(name, answer);
  return { id, answer };
}

/** What was gathered, with what the oracles said as facts that others could have written (spec T5, T8). */
export async function lookUp(
  deps: LookUpDependencies,
  { run, gathered, tickets }: Parameters<MindActivities['lookUp']>[0],
): Promise<Gathered> {
  const { oracles } = deps;
  if (oracles === undefined) throw refused('this worker has no oracles');
  for (const ticket of tickets) mustCount(deps, run, ticket);
  const lookedUp = await withHeartbeat(({ signal }) =>
    Promise.all(tickets.map((ticket) => askOnce({ ...deps, oracles }, { run, ticket, signal }))),
  );
  const { context, ...rest } = gathered.found;
  const answers = lookedUp.flatMap(({ answer }): OracleAnswered[] => (answer.kind === 'answered' ? [answer] : []));
  const known = context.facts.filter(({ id }) => id.startsWith('o:')).length;
  const { digest: _before, ...content } = context;
  const informed = contextOf(deps.vouching.sha256, { ...content, facts: [...context.facts, ...oracleFacts(answers, known)] });
  return { ...rest, context: informed, lookedUp };
}
