import { randomBytes } from 'node:crypto';
import type { Client, WorkflowHandle } from '@temporalio/client';
import {
  WorkflowExecutionAlreadyStartedError,
  WorkflowFailedError,
  WorkflowIdReusePolicy,
  WorkflowUpdateFailedError,
} from '@temporalio/client';
import { sha256 } from '../adapters/files/sha256.js';
import type { DecideAnswer, DecideMessage, DecisionMessage, ProposalOutcome, ProposalView, ProposerProof } from '../contract/messages.js';
import { proposalLabels } from '../contract/labels.js';
import { queryNames, queues, signalNames, updateNames, workflowTypes } from '../contract/names.js';
import { proposalAttributes } from '../contract/search-attributes.js';
import { JanusError } from '../domain/errors.js';
import { actionKey, proposalId } from '../domain/action/digests.js';
import type { DecisionKind } from '../domain/approval/decision.js';
import type { ProposalDocument, ProposalDraft } from '../domain/action/proposal.schema.js';
import { parseProposal } from '../domain/action/proposal.schema.js';
import type { SnakeKeys } from '../domain/text/key-case.js';
import { camelKeys } from '../domain/text/key-case.js';
import type { TemporalClient } from './connect.js';
import type { TriggeredCycle } from './scheduled-runs.js';
import { triggerCycle } from './scheduled-runs.js';
import { translated } from './errors.js';
import { heldBack } from './held-back.js';
import { badReference, isKnownId, only, parseReference } from './identifiers.js';
import type { ListedProposal, ListFilter, StateCounts, Waiting } from './listing.js';
import { countProposals, findIds, listPages, listProposals, whatWaits } from './listing.js';

export interface ProposalSettings {
  readonly temporal: TemporalClient;
  readonly vessel: string;
  readonly approvalSeconds: number;
}

/** What people and programs can do with proposals; never prints. Throws JanusError for what is expected to go wrong. */
export interface ProposalClient {
  /** Where it proposes and decides: what people sign names both. */
  readonly vessel: string;
  readonly namespace: string;
  /** `prove` signs the document for its proposer; undefined where nobody does. */
  propose(draft: ProposalDraft, prove?: (document: ProposalDocument) => Promise<ProposerProof | undefined>): Promise<string>;
  /** What waits: the nearest deadline first. */
  list(filter: ListFilter): Promise<ListedProposal[]>;
  /** The same page by page, for what need not know all before it shows the first. */
  pages(filter: ListFilter): AsyncIterable<ListedProposal[]>;
  /** `nearest`: what of it is known already, the nearest deadline first. */
  waiting(nearest?: readonly ListedProposal[]): Promise<Waiting>;
  counts(): Promise<StateCounts>;
  view(id: string): Promise<ProposalView>;
  /** Waits for the answer; to what has ended, its end is the answer. */
  decide(id: string, message: DecideMessage): Promise<DecideAnswer>;
  /** Leaves the message with the server, where it waits for a worker; nobody answers. */
  signal(id: string, decision: DecisionKind, message: DecisionMessage): Promise<void>;
  resolveId(text: string): Promise<string>;
  /** Why a permitted action has not started, and until when it may; undefined where nothing holds it back. */
  heldBack(id: string): Promise<string | undefined>;
  /** Which run has the id now: pages of the web UI are about runs. */
  runOf(id: string): Promise<string>;
  /** Waits until it has ended. */
  outcome(id: string): Promise<ProposalOutcome>;
  history(id: string): Promise<readonly { readonly at: Date; readonly event: string; readonly detail: string }[]>;
  think(how?: { readonly dryRun?: boolean }): Promise<TriggeredCycle>;
}

function complete(draft: ProposalDraft, vessel: string): { document: ProposalDocument; key: string } {
  const timestamp = draft.timestamp ?? new Date().toISOString();
  const base = { ...draft, timestamp, vessel_id: draft.vessel_id ?? vessel };
  const key = actionKey(sha256, parseProposal({ ...base, proposal_id: 'janus-000000000000' }));
  const nonce = randomBytes(16).toString('hex');
  return { document: { ...base, proposal_id: draft.proposal_id ?? proposalId(sha256, { vessel, actionKey: key, timestamp, nonce }) }, key };
}

/** A query waits for the sticky queue of a worker that was killed before it goes to another. */
const answerMilliseconds = 15_000;

const mayCount = 'no worker answered: your message may still count when one is back';

async function outcomeOf(handle: WorkflowHandle): Promise<ProposalOutcome> {
  try {
    return camelKeys<ProposalOutcome>((await handle.result()) as SnakeKeys<ProposalOutcome>);
  } catch (error) {
    if (!(error instanceof WorkflowFailedError)) throw error;
    throw new JanusError('CONFLICT', `${handle.workflowId} was ended from outside: ${error.cause?.message ?? error.message}`, {
      cause: error,
      next: `ubos proposals history ${handle.workflowId}`,
    });
  }
}

/** How a closed proposal ended, for whoever came too late. */
function tooLate({ status, decidedBy: by = '', decidedAt: at, endedAt }: ProposalOutcome): DecideAnswer {
  const who = by === '' ? '' : `, decided by ${by}${at === undefined ? '' : ` at ${at}`}`;
  return { accepted: false, code: 'LATE', message: `it has ended already: ${status} at ${endedAt}${who}`, status };
}

/** A workflow answers what it likes, and what it calls itself is printed into commands to be typed. */
function own(id: string, view: Partial<ProposalView> | null): ProposalView {
  if (view?.proposalId === id && isKnownId(id)) return view as ProposalView;
  throw new JanusError('CONFLICT', `the workflow ${id} answers as something else: do not trust it`, {
    next: 'which worker is that? ubos doctor',
  });
}

interface Start {
  readonly document: ProposalDocument;
  readonly proof: ProposerProof | undefined;
  readonly key: string;
  readonly deadline: Date;
}

async function start(client: Client, vessel: string, { document, proof, key, deadline }: Start): Promise<void> {
  const id = document.proposal_id;
  try {
    await client.workflow.start(workflowTypes.proposal, {
      workflowId: id,
      taskQueue: queues.brain(vessel),
      args: proof === undefined ? [document] : [document, proof],
      workflowIdReusePolicy: WorkflowIdReusePolicy.REJECT_DUPLICATE,
      typedSearchAttributes: proposalAttributes({ document, source: 'person', actionKey: key, deadline }),
      ...proposalLabels(document),
    });
  } catch (error) {
    if (error instanceof WorkflowExecutionAlreadyStartedError)
      throw new JanusError('CONFLICT', `${id} was proposed before`, { next: `ubos review ${id}` });
    throw error;
  }
}

/** The whole id; a prefix is looked up, and so is the latest: the newest that has not ended, or where all have, the one that ended last. */
async function resolve(client: Client, vessel: string, text: string): Promise<string> {
  const reference = parseReference(text);
  if (reference === undefined) throw badReference(text);
  if (reference.kind === 'id') return reference.id;
  return only(text, await translated(() => findIds(client, vessel, reference.kind === 'prefix' ? reference.id : undefined)));
}

export function createProposalClient({ temporal, vessel, approvalSeconds }: ProposalSettings): ProposalClient {
  const { client } = temporal;
  const handle = (id: string): WorkflowHandle => client.workflow.getHandle(id);
  const bounded = <T>(call: () => Promise<T>) => client.withDeadline(Date.now() + answerMilliseconds, call);

  const listing = { client, vessel, now: Date.now, approvalSeconds };
  const outcome = (id: string) => translated(() => outcomeOf(handle(id)), { id });

  return {
    vessel,
    namespace: temporal.namespace,
    propose: (draft, prove) =>
      translated(async () => {
        const { document, key } = complete(draft, vessel);
        const proof = await prove?.(document);
        await start(client, vessel, { document, proof, key, deadline: new Date(Date.now() + approvalSeconds * 1_000) });
        return document.proposal_id;
      }),
    list: (filter) => translated(() => listProposals(listing, filter)),
    async *pages(filter) {
      const pages = listPages(listing, filter);
      for (;;) {
        const { value, done } = await translated(() => pages.next());
        if (done === true) return;
        yield value;
      }
    },
    waiting: (nearest = []) => translated(() => whatWaits(listing, nearest)),
    counts: () => translated(() => countProposals(client, vessel)),
    view: (id) =>
      translated(
        async () => own(id, camelKeys<ProposalView>(await bounded(() => handle(id).query<SnakeKeys<ProposalView>>(queryNames.status)))),
        {
          id,
        },
      ),
    decide: (id, message) =>
      translated(
        async () => {
          try {
            const send = () => handle(id).executeUpdate<DecideAnswer, [DecideMessage]>(updateNames.decide, { args: [message] });
            // A preview is answered when it has ended, which takes as long as the action does.
            return await (message.decision === 'preview' ? send() : bounded(send));
          } catch (error) {
            if (error instanceof WorkflowUpdateFailedError)
              throw new JanusError('USAGE', `the message was not understood: ${error.cause?.message ?? error.message}`);
            const { status } = await handle(id).describe();
            if (status.name !== 'RUNNING') return tooLate(await outcome(id));
            throw error;
          }
        },
        { id, noAnswer: mayCount },
      ),
    signal: (id, decision, message) => translated(() => handle(id).signal(signalNames[decision], message), { id }),
    resolveId: (text) => resolve(client, vessel, text),
    heldBack: (id) => translated(() => heldBack(handle(id)), { id }),
    runOf: (id) => translated(async () => (await handle(id).describe()).runId, { id }),
    outcome,
    history: (id) =>
      translated(
        async () => {
          const { events } = await handle(id).fetchHistory();
          const { describeHistory } = await import('./history.js');
          return describeHistory(events ?? []);
        },
        { id },
      ),
    think: (how) => translated(() => triggerCycle(client, vessel, how)),
  };
}
