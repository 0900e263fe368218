import { ApplicationFailure } from '@temporalio/common';
import type { Model } from '../../adapters/model/model.js';
import type { KeptAnswers } from '../../adapters/tickets/kept-answers.js';
import type { MindActivities } from '../../contract/cycle.js';
import { ticketText } from '../../domain/approval/own-word.js';
import type { ModelAnswer, ModelRequest } from '../../domain/model/answer.js';
import type { Catalogue } from '../../domain/model/catalogue.js';
import { shorten } from '../../domain/text/visible.js';
import { withHeartbeat } from '../shared/heartbeat.js';
import type { Vouching } from './vouching.js';

export interface AskDependencies {
  readonly vouching: Vouching;
  readonly model: Model;
  readonly catalogue: () => Promise<Catalogue>;
  readonly kept: KeptAnswers<ModelAnswer>;
  /** Of one cycle. */
  readonly proposalsMax: number;
}

type AskRequest = Parameters<MindActivities['askModel']>[0];

const refused = (why: string) => ApplicationFailure.nonRetryable(`the ticket does not count: ${why}`, 'TicketRefused');

/** Throws where the brain did not sign it, for this run and this context, or where its time is over. */
function mustCount({ vouching }: AskDependencies, { run, ticket, gathered }: AskRequest): void {
  let isOwn = false;
  try {
    isOwn = vouching.vouchers.isOwn(ticketText(vouching.self, run, ticket), ticket.signature);
  } catch {
    // What canonical JSON cannot carry was never signed.
  }
  if (!isOwn) throw refused('the brain did not sign it');
  if (ticket.contextDigest !== gathered.found.context.digest) throw refused('it is for another context');
  if (Date.parse(ticket.expiresAt) <= vouching.now().getTime()) throw refused(`it was good until ${ticket.expiresAt}`);
}

/** Its answer, or that there was none in time: also of a model that ignores its signal, or throws. */
async function inTime(model: Model, request: ModelRequest, seconds: number, cancelled: AbortSignal): Promise<ModelAnswer> {
  const late = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<ModelAnswer>((resolve) => {
    timer = setTimeout(() => {
      late.abort();
      resolve({ kind: 'failed', code: 'timeout', why: `no answer within ${seconds} s` });
    }, seconds * 1_000);
  });
  try {
    return await Promise.race([model.ask(request, AbortSignal.any([late.signal, cancelled])), timeout]);
  } catch (error) {
    return { kind: 'failed', code: 'unreachable', why: shorten(error instanceof Error ? error.message : String(error), 400) };
  } finally {
    clearTimeout(timer);
  }
}

const rawMax = 16_384;

/** For the record, never for a command: as long as a history can bear. */
const bounded = (answer: ModelAnswer): ModelAnswer =>
  answer.kind === 'answered' ? { ...answer, raw: answer.raw.slice(0, rawMax) } : answer;

/** The seed of a step is the same however often it is asked. */
const seedOf = (digest: string) => Number.parseInt(digest.slice(0, 7), 16);

/** Asks the model, once for each step of a run: who asks again gets what was answered then. */
export async function askOnce(deps: AskDependencies, request: AskRequest): Promise<ModelAnswer> {
  mustCount(deps, request);
  const { run, ticket, gathered, before } = request;
  const { sha256 } = deps.vouching;
  const name = sha256(`janus.ticket.v1\0${run.firstRunId}\0${ticket.step}`);
  const claimed = await deps.kept.claim(name.slice(0, 32));
  if (claimed.kind === 'kept') return claimed.answer;
  if (claimed.kind === 'lost')
    return { kind: 'failed', code: 'interrupted', why: 'it was asked, and its answer was lost with the worker: nobody asks twice' };
  const asked: ModelRequest = {
    ...{ context: gathered.found.context, catalogue: await deps.catalogue(), proposalsMax: deps.proposalsMax, seed: seedOf(name) },
    ...(before !== undefined && { repair: before.found.dropped }),
  };
  const answer = bounded(await withHeartbeat(({ signal }) => inTime(deps.model, asked, ticket.seconds, signal)));
  await deps.kept.keep(name.slice(0, 32), answer);
  return answer;
}
