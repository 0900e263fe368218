import { createHash, randomBytes } from 'node:crypto';
import type { WorkflowHandle } from '@temporalio/client';
import {
  isGrpcServiceError,
  QueryNotRegisteredError,
  WorkflowExecutionAlreadyStartedError,
  WorkflowFailedError,
  WorkflowIdReusePolicy,
  WorkflowNotFoundError,
  WorkflowUpdateFailedError,
} from '@temporalio/client';
import type { DecideAnswer, DecideMessage, ProposalOutcome, ProposalView } from '../contract/messages.js';
import { queryNames, queues, updateNames, workflowTypes } from '../contract/names.js';
import { proposalAttributes } from '../contract/search-attributes.js';
import { JanusError } from '../domain/errors.js';
import { actionKey, proposalId } from '../domain/ids.js';
import type { ProposalDocument, ProposalDraft } from '../domain/proposal.schema.js';
import { parseProposal } from '../domain/proposal.schema.js';
import { detailsLine, summaryLine } from '../domain/review-text.js';
import { visible } from '../domain/text.js';
import type { TemporalClient } from './connect.js';
import type { TriggeredCycle } from './cycles.js';
import { triggerCycle } from './cycles.js';
import { badReference, only, parseReference } from './identifiers.js';
import type { ListedProposal, ListFilter } from './listing.js';
import { findIds, listProposals } from './listing.js';

export interface ProposalSettings {
  readonly temporal: TemporalClient;
  readonly vessel: string;
  readonly approvalSeconds: number;
}

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');

/** What people and programs can do with proposals; never prints. Throws JanusError for what is expected to go wrong. */
export interface ProposalClient {
  propose(draft: ProposalDraft): Promise<string>;
  list(filter: ListFilter): Promise<ListedProposal[]>;
  view(id: string): Promise<ProposalView>;
  decide(id: string, message: DecideMessage): Promise<DecideAnswer>;
  resolveId(text: string): Promise<string>;
  /** Waits until it has ended. */
  outcome(id: string): Promise<ProposalOutcome>;
  history(id: string): Promise<readonly { readonly at: Date; readonly event: string; readonly detail: string }[]>;
  think(): Promise<TriggeredCycle>;
}

function complete(draft: ProposalDraft, vessel: string): { document: ProposalDocument; key: string } {
  const timestamp = draft.timestamp ?? new Date().toISOString();
  const base = { ...draft, timestamp, vessel_id: draft.vessel_id ?? vessel };
  const key = actionKey(sha256, parseProposal({ ...base, proposal_id: 'janus-000000000000' }));
  const nonce = randomBytes(16).toString('hex');
  return { document: { ...base, proposal_id: draft.proposal_id ?? proposalId(sha256, { vessel, actionKey: key, timestamp, nonce }) }, key };
}

/** How a closed proposal ended, for whoever came too late. */
function tooLate(id: string, { status, decided_by: by, decided_at: at, ended_at: ended }: ProposalOutcome): JanusError {
  const who = by === undefined || by === '' ? '' : `, decided by ${visible(by)}${at === undefined ? '' : ` at ${at}`}`;
  return new JanusError('CONFLICT', `${id} has ended already: ${status} at ${ended}${who}. Nothing done.`, {
    details: { status, decided_by: by, decided_at: at, ended_at: ended },
    next: `ubos proposals show ${id}`,
  });
}

const notFound = (id: string) => new JanusError('PROPOSAL_NOT_FOUND', `there is no proposal ${id}`, { next: 'ubos proposals list --all' });
const noWorker = (cause: unknown) =>
  new JanusError('TIMEOUT', 'no worker answered: the proposal is safe, but nobody can say what it is waiting for', {
    cause,
    next: 'npm start · sudo systemctl start janus_agentd',
  });

/** A query waits for the sticky queue of a worker that was killed before it goes to another. */
const answerMilliseconds = 15_000;

const grpcCodes = { cancelled: 1, deadlineExceeded: 4, failedPrecondition: 9, unavailable: 14 } as const;

/** The gRPC status behind an error of the SDK, which wraps it once for queries and updates. */
function grpcCodeOf(error: unknown): number | undefined {
  const cause = error instanceof Error ? error.cause : undefined;
  return [error, cause].find(isGrpcServiceError)?.code;
}

/** Errors of the server in the words of this client. */
async function translated<T>(id: string, call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) throw notFound(id);
    const code = grpcCodeOf(error);
    if (code === grpcCodes.cancelled || code === grpcCodes.deadlineExceeded || code === grpcCodes.failedPrecondition) throw noWorker(error);
    if (code === grpcCodes.unavailable)
      throw new JanusError('TEMPORAL_UNREACHABLE', 'Temporal went away', { cause: error, next: 'npm start' });
    throw error;
  }
}

async function outcomeOf(handle: WorkflowHandle): Promise<ProposalOutcome> {
  try {
    return (await handle.result()) as ProposalOutcome;
  } catch (error) {
    if (!(error instanceof WorkflowFailedError)) throw error;
    throw new JanusError('CONFLICT', `${handle.workflowId} was ended from outside: ${error.cause?.message ?? error.message}`, {
      cause: error,
      next: `ubos proposals history ${handle.workflowId}`,
    });
  }
}

export function createProposalClient({ temporal, vessel, approvalSeconds }: ProposalSettings): ProposalClient {
  const { client } = temporal;
  const handle = (id: string): WorkflowHandle => client.workflow.getHandle(id);
  const bounded = <T>(call: () => Promise<T>) => client.withDeadline(Date.now() + answerMilliseconds, call);

  const outcome = (id: string) => translated(id, () => outcomeOf(handle(id)));

  return {
    async propose(draft) {
      const { document, key } = complete(draft, vessel);
      const deadline = new Date(Date.now() + approvalSeconds * 1_000);
      try {
        await client.workflow.start(workflowTypes.proposal, {
          workflowId: document.proposal_id,
          taskQueue: queues.brain(vessel),
          args: [document],
          workflowIdReusePolicy: WorkflowIdReusePolicy.REJECT_DUPLICATE,
          typedSearchAttributes: proposalAttributes({ document, source: 'person', actionKey: key, deadline }),
          staticSummary: summaryLine(document),
          staticDetails: detailsLine(document),
        });
      } catch (error) {
        if (error instanceof WorkflowExecutionAlreadyStartedError)
          throw new JanusError('CONFLICT', `${document.proposal_id} was proposed before`, { next: `ubos review ${document.proposal_id}` });
        throw error;
      }
      return document.proposal_id;
    },
    list: (filter) => listProposals(client, vessel, filter),
    view: (id) => translated(id, () => bounded(() => handle(id).query<ProposalView>(queryNames.status))),
    decide: (id, message) =>
      translated(id, async () => {
        try {
          return await bounded(() => handle(id).executeUpdate<DecideAnswer, [DecideMessage]>(updateNames.decide, { args: [message] }));
        } catch (error) {
          if (error instanceof WorkflowUpdateFailedError)
            throw new JanusError('USAGE', `the message was not understood: ${error.cause?.message ?? error.message}`);
          if (error instanceof QueryNotRegisteredError) throw error;
          const { status } = await handle(id).describe();
          if (status.name !== 'RUNNING') throw tooLate(id, await outcome(id));
          throw error;
        }
      }),
    async resolveId(text) {
      const reference = parseReference(text);
      if (reference === undefined) throw badReference(text);
      if (reference.kind === 'id') return reference.id;
      return only(text, await findIds(client, vessel, reference.kind === 'prefix' ? reference.id : undefined));
    },
    outcome,
    history: (id) =>
      translated(id, async () => {
        const { events } = await handle(id).fetchHistory();
        const { describeHistory } = await import('./history.js');
        return describeHistory(events ?? []);
      }),
    think: () => translated('thinking-cycle', () => triggerCycle(client, vessel)),
  };
}
