import type { ProposalClient } from '../../../src/client/proposals.js';
import { badReference, only, parseReference } from '../../../src/client/identifiers.js';
import type { ListedProposal, ListFilter, StateCounts } from '../../../src/client/listing.js';
import { countedStates } from '../../../src/client/listing.js';
import type { CycleReport } from '../../../src/contract/cycle.js';
import type { DecideMessage, ProposalOutcome, ProposalView, ProposerProof } from '../../../src/contract/messages.js';
import { JanusError } from '../../../src/domain/errors.js';
import type { ProposalStatus } from '../../../src/domain/action/status.js';
import { aView, listed, now } from './views.js';

export interface FakeClient extends ProposalClient {
  /** Proofs of those who proposed, in order. */
  readonly proofs: readonly (ProposerProof | undefined)[];
  /** Everything that would have changed something, in order. */
  readonly sent: readonly DecideMessage[];
  readonly filters: readonly ListFilter[];
}

export interface FakeSettings {
  readonly views?: readonly ProposalView[];
  readonly listed?: readonly ListedProposal[];
  /** How what is waited for ends. */
  readonly outcome?: Partial<ProposalOutcome>;
  readonly change?: Partial<ProposalClient>;
}

const after: Readonly<Record<DecideMessage['decision'], ProposalStatus>> = {
  approve: 'approved',
  withdraw: 'proposed',
  break_glass: 'approved',
  preview: 'proposed',
  reject: 'rejected',
  extend: 'proposed',
  cancel: 'cancelled',
  resolve: 'completed',
};

/** Proposals in memory that judge messages as the workflow does: the first valid decision wins, the digest must be theirs. */
export function aClient({ views = [aView()], listed: lines, outcome = {}, change = {} }: FakeSettings = {}): FakeClient {
  const known = new Map(views.map((view) => [view.proposalId, view]));
  const sent: DecideMessage[] = [];
  const filters: ListFilter[] = [];
  const proofs: (ProposerProof | undefined)[] = [];
  const viewOf = (id: string) => {
    const view = known.get(id);
    if (view === undefined) throw new JanusError('PROPOSAL_NOT_FOUND', `there is no proposal ${id}`, { next: 'ubos proposals list --all' });
    return view;
  };
  const aList = () => [...(lines ?? views.map((view) => listed({ proposalId: view.proposalId, riskLevel: view.document.risk_level })))];
  return {
    sent,
    filters,
    proofs,
    vessel: 'janus-test',
    namespace: 'default',
    propose: async (_, prove) => {
      const [first] = known.values();
      if (first !== undefined) proofs.push(await prove?.(first.document));
      return first?.proposalId ?? '';
    },
    list: async (filter) => {
      filters.push(filter);
      return aList();
    },
    async *pages(filter) {
      yield await this.list(filter);
    },
    waiting: async () => {
      const waiting = aList().filter(({ status, endedAt: ended }) => status === 'proposed' && ended === null);
      const deadlines = waiting.flatMap(({ deadline }) => (deadline === null ? [] : [deadline]));
      return { count: waiting.length, nextDeadline: deadlines.sort()[0] ?? null };
    },
    counts: async () => Object.fromEntries(countedStates.map((state, index) => [state, index])) as unknown as StateCounts,
    view: async (id) => viewOf(id),
    decide: async (id, message) => {
      const view = viewOf(id);
      const { decision, by } = message;
      if (view.status !== 'proposed')
        return { accepted: false, code: 'LATE', message: `already ${view.status}, decided by somebody`, status: view.status };
      if (message.digest !== undefined && message.digest !== view.digest)
        return { accepted: false, code: 'DIGEST_MISMATCH', message: 'that is not what would run', status: view.status };
      sent.push(message);
      const status = after[decision];
      const record = { kind: decision, by, at: now.toISOString(), code: 'ACCEPTED', why: '' };
      known.set(id, { ...view, status, decisions: [...view.decisions, record], messages: view.messages + 1 });
      return { accepted: true, code: 'ACCEPTED', message: `${decision} by ${by} accepted`, status };
    },
    signal: async (_, decision, message) => void sent.push({ ...message, decision }),
    async resolveId(text) {
      const reference = parseReference(text);
      if (reference === undefined) throw badReference(text);
      if (reference.kind === 'id') return reference.id;
      const ids = [...known.keys()];
      return only(text, reference.kind === 'latest' ? ids.slice(0, 1) : ids.filter((each) => each.startsWith(reference.id)));
    },
    heldBack: async () => undefined,
    runOf: async (id) => (viewOf(id), '01a00000-0000-7000-8000-000000000000'),
    outcome: async (id) => ({
      proposalId: id,
      status: 'completed',
      reason: 'every check passed',
      endedAt: now.toISOString(),
      ...outcome,
    }),
    history: async () => [
      { at: new Date('2026-01-02T11:30:00.000Z'), event: 'proposed', detail: 'by 4711@host' },
      { at: new Date('2026-01-02T11:31:00.000Z'), event: 'waits', detail: 'at most 43200 s' },
    ],
    think: async () => ({
      report: async (): Promise<CycleReport> => ({
        started: ['janus-0123456789ab'],
        duplicates: [],
        skipped: [{ playbookId: 'maintenance-001', why: 'cooldown 6h: again in 12 min' }],
        unmatched: [{ playbookId: 'disk-001', why: 'disk_usage_percent is 42 (>80)' }],
        metrics: { load1: 0.5, operational_mode: 'alpha', relief_degraded: null },
        model: {
          ...{ kind: 'answered', provider: 'local', model: 'SmolLM2-135M-Instruct.Q4_1', promptDigest: 'e'.repeat(64), asked: 1 },
          charter: { told: ['1. Principles', '3. Before an action'], leftOut: ['2. Modes'] },
        },
      }),
    }),
    ...change,
  };
}

/** Ends as the views say, in turn, one look after the other; the last one stays. */
export function unfolding(...views: ProposalView[]): Partial<ProposalClient> {
  let index = 0;
  return {
    view: async () => {
      const view = views[Math.min(index, views.length - 1)];
      index += 1;
      if (view === undefined) throw new TypeError('no views');
      return view;
    },
  };
}
