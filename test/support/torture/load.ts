import { createHash, randomBytes } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import type { Client } from '@temporalio/client';
import { WorkflowNotFoundError } from '@temporalio/client';
import { createProposalClient } from '../../../src/client/proposals.js';
import type { DecideMessage } from '../../../src/contract/messages.js';
import { signalNames } from '../../../src/contract/names.js';
import { JanusError } from '../../../src/domain/errors.js';
import { documentDigest } from '../../../src/domain/action/digests.js';
import { signatureNamespaces, writeProposerStatement, writeStatement } from '../../../src/domain/approval/statement.js';
import { isTerminal } from '../trail/invariants.js';
import type { Intent } from './intents.js';
import { makeIntent } from './intents.js';
import type { Random } from './random.js';
import type { Keys, Rig } from './rig.js';
import type { TrailTail } from './trail-tail.js';

/** What the driver itself knows about a proposal, whatever the system says. */
export interface Known {
  readonly intent: Intent;
  /** Good approvals were sent, or were about to be: only then may anything have run. */
  approved: boolean;
  /** Signals that the server has acknowledged. */
  signals: number;
  /** The update `decide` answered that a rejection counts. */
  rejectionAccepted: boolean;
  /** Its last line was seen. */
  ended: boolean;
}

export interface Load {
  readonly known: ReadonlyMap<string, Known>;
  /** Errors that nobody expects of a client, however often things are killed. */
  readonly problems: readonly string[];
  /** No new ones; what nobody decided is cancelled. Resolves when all have ended, or with those that have not after so many seconds. */
  drain(seconds: number): Promise<readonly string[]>;
  close(): void;
}

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');

export interface LoadSettings {
  readonly rig: Rig;
  readonly client: Client;
  readonly tail: TrailTail;
  readonly random: Random;
  /** Proposals that are alive at a time. */
  readonly population: number;
}

interface Citizen {
  readonly known: Known;
  readonly digest: string;
  readonly run: string;
}

type Saying = Omit<DecideMessage, 'by' | 'digest' | 'statement' | 'signature'>;

export function startLoad({ rig, client, tail, random, population }: LoadSettings): Load {
  const proposals = createProposalClient({
    temporal: { client, namespace: 'default', address: rig.address, close: async () => undefined },
    vessel: rig.vessel,
    approvalSeconds: 86_400,
  });
  const all = new Map<string, Known>();
  const problems: string[] = [];
  const draining = new AbortController();
  const closing = new AbortController();
  const wasDrained = () => draining.signal.aborted;

  /** As a person does: again and again, while server and workers come and go. Undefined where there is nobody to say it to any more. */
  async function insist<T>(work: () => Promise<T>): Promise<T | undefined> {
    while (!closing.signal.aborted) {
      try {
        return await client.withDeadline(Date.now() + 8_000, work);
      } catch (error) {
        if (error instanceof WorkflowNotFoundError) return undefined;
        if (error instanceof JanusError && (error.code === 'CONFLICT' || error.code === 'PROPOSAL_NOT_FOUND')) return undefined;
        if (error instanceof JanusError && error.code === 'USAGE') problems.push(error.message);
        await pause(150);
      }
    }
    return undefined;
  }

  const prove = async (document: { proposal_id: string }) => {
    const statement = writeProposerStatement({
      vessel: rig.vessel,
      namespace: 'default',
      proposal_id: document.proposal_id,
      document_sha256: documentDigest(sha256, document),
      proposer: 'pia',
      issued_at: new Date().toISOString(),
    });
    return { statement, signature: rig.keys.pia.sign(statement, signatureNamespaces.proposal) };
  };

  function signed({ known: { intent }, digest, run }: Citizen, by: string, saying: Saying, key: keyof Keys): DecideMessage {
    const { decision, reason = '', extend, outcome } = saying;
    const statement = writeStatement({
      vessel: rig.vessel,
      namespace: 'default',
      workflow_id: intent.id,
      run_id: run,
      proposal_id: intent.id,
      proposal_sha256: digest,
      decision,
      reason,
      signer: by,
      issued_at: new Date().toISOString(),
      expires_at: new Date(Date.now() + 3_600_000).toISOString(),
      nonce: randomBytes(16).toString('hex'),
      ...(extend !== undefined && { extend }),
      ...(outcome !== undefined && { outcome }),
    });
    return { by, ...saying, statement, signature: rig.keys[key].sign(statement, signatureNamespaces.decision) };
  }

  async function say(citizen: Citizen, by: 'ana' | 'bo', saying: Saying, key: keyof Keys = by): Promise<void> {
    const { known, digest } = citizen;
    const { id, byUpdate } = known.intent;
    const message = { ...signed(citizen, by, saying, key), ...(saying.decision === 'approve' && { digest }) };
    if (byUpdate) {
      const answer = await insist(() => proposals.decide(id, message));
      if (answer?.accepted === true && saying.decision === 'reject') known.rejectionAccepted = true;
      return;
    }
    const { decision, ...payload } = message;
    const sent = await insist(async () => {
      await client.workflow.getHandle(id).signal(signalNames[decision], payload);
      return true;
    });
    if (sent === true) known.signals += 1;
  }

  async function approveAs(citizen: Citizen): Promise<void> {
    const { known } = citizen;
    known.approved = true;
    await say(citizen, 'ana', { decision: 'approve' });
    if (known.intent.risk === 'high') await say(citizen, 'bo', { decision: 'approve' });
  }

  async function decide(citizen: Citizen): Promise<void> {
    const { known } = citizen;
    const { course } = known.intent;
    const approve = () => approveAs(citizen);
    switch (course) {
      case 'reject':
        return say(citizen, 'bo', { decision: 'reject', reason: 'not this one' });
      case 'ignore':
        return;
      case 'extend':
        await say(citizen, 'bo', { decision: 'extend', extend: '2h' });
        return approve();
      case 'forged':
        await say(citizen, 'ana', { decision: 'approve' }, 'mallory');
        return approve();
      case 'withdraw':
        known.approved = true;
        await say(citizen, 'ana', { decision: 'approve' });
        await say(citizen, 'ana', { decision: 'withdraw' });
        return approve();
      case 'cancel':
        await approve();
        await tail.wait(known.intent.id, ({ event_type: event }) => event === 'start_authorised', 2_000);
        return say(citizen, 'bo', { decision: 'cancel' });
      case 'approve':
        return approve();
    }
  }

  /** Only where time passes without a last line: settles what only a person can, wakes what is suspended, cancels what nobody decided. */
  async function help(citizen: Citizen): Promise<void> {
    const { known } = citizen;
    const { id, course } = known.intent;
    const mayNeedAPerson = tail.of(id).some(({ event_type: event }) => event === 'action_interrupted' || event === 'action_suspended');
    if (course === 'ignore' && wasDrained()) await say(citizen, 'bo', { decision: 'cancel' });
    else if (mayNeedAPerson) {
      const view = await insist(() => proposals.view(id));
      if (view?.status === 'suspended') await say(citizen, 'ana', { decision: 'extend', extend: '1h' });
      // A stop that was lifted has withdrawn consent (spec K3).
      if (view?.status === 'proposed' && known.approved) await approveAs(citizen);
      if (view?.status !== 'indeterminate' || !view.reason.includes('ubos resolve')) return;
      const happened = (await rig.truth.effects()).some((effect) => effect.id === id && effect.what === 'end');
      await say(citizen, 'ana', { decision: 'resolve', outcome: happened ? 'completed' : 'failed', reason: 'as the ground truth has it' });
    }
  }

  async function live(number: number): Promise<void> {
    const intent = makeIntent(random.fork(number), number);
    const known: Known = { intent, approved: false, signals: 0, rejectionAccepted: false, ended: false };
    all.set(intent.id, known);
    const draft = { ...intent.draft, timestamp: new Date().toISOString() };
    await insist(() => proposals.propose(draft, prove));
    const described = await insist(() => client.workflow.getHandle(intent.id).describe());
    const review = await tail.wait(intent.id, ({ id }) => id === `${intent.id}/review`);
    if (review === undefined || described === undefined) return;
    const citizen = { known, digest: (review['digest'] as string | undefined) ?? '', run: described.runId };
    if (isTerminal(review)) problems.push(`${intent.id} was refused: ${review.summary}`);
    else await decide(citizen);
    while (!closing.signal.aborted) {
      const last = await tail.wait(intent.id, isTerminal, 4_000);
      if (last !== undefined) return void (known.ended = true);
      await help(citizen);
    }
  }

  let number = 0;
  const seats = Array.from({ length: population }, async () => {
    while (!wasDrained()) await live((number += 1));
  });
  const done = Promise.all(seats).catch((error: unknown) => problems.push(`the load failed: ${(error as Error).stack}`));
  return {
    known: all,
    problems,
    drain: async (seconds) => {
      draining.abort();
      await Promise.race([done, pause(seconds * 1_000, undefined, { ref: false })]);
      return [...all.values()].filter(({ ended }) => !ended).map(({ intent }) => intent.id);
    },
    close: () => closing.abort(),
  };
}
