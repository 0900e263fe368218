import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { WorkflowHandle } from '@temporalio/client';
import { WorkflowIdReusePolicy } from '@temporalio/client';
import type { Worker } from '@temporalio/worker';
import { signSchedule } from '../../../src/activities/shared/own-word.js';
import type { KeptOrders } from '../../../src/adapters/controls/kept-orders.js';
import { createStartLedger } from '../../../src/adapters/ledger/create-start-ledger.js';
import { vouchFor } from '../../../src/activities/mind/vouching.js';
import { createLedgerReader } from '../../../src/adapters/ledger/read/ledger-facts.js';
import { ensurePermitKeys } from '../../../src/adapters/permit/create-permits.js';
import { ensureHandsKeys } from '../../../src/adapters/permit/hands-keys.js';
import type { BrainActivities, ScheduledInput, ScheduledType } from '../../../src/contract/activities.js';
import type { ProposalOutcome, ProposalView, ProposerProof } from '../../../src/contract/messages.js';
import { queryNames, queues, scheduleIds, workflowTypes } from '../../../src/contract/names.js';
import type { LogName } from '../../../src/domain/trail/logs.js';
import type { AuditRecord, EntryOf } from '../../../src/domain/trail/records.js';
import { planDigest } from '../../../src/domain/action/digests.js';
import type { ProposalDocument } from '../../../src/domain/action/proposal.schema.js';
import type { SnakeKeys } from '../../../src/domain/text/key-case.js';
import { camelKeys } from '../../../src/domain/text/key-case.js';
import { createBooksWorker, createBrainWorker, createHandsWorkers, createMindWorker } from '../../../src/worker/temporal/create-worker.js';
import type { History } from '../replay/replay.js';
import { aDocument, sha256 } from '../proposals/proposals.js';
import type { Knobs } from './knobs.js';
import { labelsOf, listing } from './listing.js';
import type { Deferred } from './deferred.js';
import { deferred } from './deferred.js';
import { freshKnobs, testHost, vessel } from './knobs.js';
import type { ScriptedSandbox } from './scripted-sandbox.js';
import { createScriptedSandbox } from './scripted-sandbox.js';
import { assertChain, assertReconciled, assertSoundEnd } from './soundness.js';
import type { ServerKind, TestServer } from './server.js';
import { startTestServer } from './server.js';
import { benchOwn, wireBenchBooks } from './books.js';
import { logFiles, note, resumed } from './holds.js';
import type { Happened } from '../../../src/adapters/controls/journal.js';
import { openJournal } from '../../../src/adapters/controls/journal.js';
import { serverClock, wireBenchBrain, wireBenchHands, journalIn } from './wiring.js';

export type ProposalHandle = WorkflowHandle & { result(): Promise<SnakeKeys<ProposalOutcome>> };

export interface Ended {
  readonly outcome: SnakeKeys<ProposalOutcome>;
  readonly history: History;
  /** Types of the proposal's records, in order. */
  readonly events: readonly string[];
}

export interface BenchOptions {
  readonly server?: ServerKind;
  /**
   * 0 where a test restarts the brain: the time-skipping server waits for ever for the sticky queue of a worker that is gone (its time-out
   * and `ResetStickyTaskQueue` are not implemented, 1.40.0), and without a cache there is none.
   */
  readonly cachedWorkflowsMax?: number;
}

export interface Bench {
  readonly server: TestServer;
  /** With the logs in it. */
  readonly folder: string;
  readonly sandbox: ScriptedSandbox;
  /** Back to their first state before every test: `Object.assign(bench.knobs, freshKnobs())`. */
  readonly knobs: Knobs;
  /** A sound proposal with an id and an action of its own; `script` is what the sandbox obeys. */
  document(script: string, change?: Partial<ProposalDocument>): ProposalDocument;
  /** As every starter of Janus does: id, attributes and summary. */
  propose(document: ProposalDocument, proof?: ProposerProof): Promise<ProposalHandle>;
  /** The brain's word that its own cycle proposed this. */
  vouch(document: ProposalDocument): Promise<ProposerProof>;
  /** What the vessel's own Schedule tells the workflow that it starts. */
  scheduled(type: ScheduledType): ScheduledInput;
  view(handle: WorkflowHandle): Promise<ProposalView>;
  /** The digest that the review fixed, as soon as there is one. Unlike a query it leaves no trace in any history. */
  digest(proposalId: string): Promise<string>;
  /** How many actions wait for a place. */
  waitingAtGate(): number;
  /** What the hands keep to of the people's orders. */
  keptOrders(): KeptOrders;
  /** Every line that names this proposal, in order. */
  records(proposalId: string, log?: LogName): Promise<AuditRecord[]>;
  missionLog(): Promise<AuditRecord[]>;
  /** Something happens that the tick keeps, and the brain has to record. */
  happen(happened: Happened): Promise<void>;
  /** A start that a worker of another life claimed and never finished. */
  leaveInterrupted(proposalId: string, digest: string, startedSteps: number): Promise<void>;
  /** Waits for the end, and holds it against what must hold of every end: no failed workflow task, whole chains, one last record. */
  ended(handle: ProposalHandle): Promise<Ended>;
  /** A person lifts a stop or a pause. */
  resume(of: string): Promise<void>;
  note(entry: EntryOf<'mission_log'>): Promise<void>;
  /** Ends the brain's worker and starts another, which knows nothing. */
  restartBrain(): Promise<void>;
  /** Resolves at the next record that the full disk did not take. */
  trailRefused(): Promise<void>;
  close(): Promise<void>;
}

const bundle = { codePath: fileURLToPath(new URL('../../../dist/workflow-bundle.js', import.meta.url)) };
let proposals = 0;

function nextDocument(script: string, change: Partial<ProposalDocument> = {}): ProposalDocument {
  proposals += 1;
  const document: unknown = {
    proposal_id: `janus-${(0xbe0000000000 + proposals).toString(16)}`,
    ...(change.steps === undefined ? { tool_args: [`${script} # ${proposals}`] } : { tool_name: undefined, tool_args: undefined }),
    ...change,
  };
  return aDocument(document as Partial<ProposalDocument>);
}

async function readRecords(file: string): Promise<AuditRecord[]> {
  if (!existsSync(file)) return [];
  return (await readFile(file, 'utf8')).split('\n').flatMap((line) => (line.startsWith('{') ? [JSON.parse(line) as AuditRecord] : []));
}

/** Tells the digest of every review that passed. */
function telling<Brain extends BrainActivities>(brain: Brain, tell: (proposalId: string, digest: string) => void): Brain {
  const reviewProposal: BrainActivities['reviewProposal'] = async (request) => {
    const review = await brain.reviewProposal(request);
    if (review.kind === 'passed' && review.preview === undefined) tell(request.identity.workflowId, review.digest);
    return review;
  };
  const recordPreview: BrainActivities['recordPreview'] = async (request) => {
    const answer = await brain.recordPreview(request);
    if (answer.kind === 'recorded') tell(request.identity.workflowId, answer.bound?.digest ?? planDigest(sha256, request.plan));
    return answer;
  };
  return { ...brain, reviewProposal, recordPreview };
}

function running(workers: readonly Worker[]) {
  const runs = workers.map((worker) => worker.run());
  return {
    stop: async () => {
      for (const worker of workers) worker.shutdown();
      await Promise.all(runs);
    },
  };
}

/** The real workflows and activities on a real server; only the sandbox is scripted. */
export async function openBench({ server: kind = 'time-skipping', cachedWorkflowsMax }: BenchOptions = {}): Promise<Bench> {
  const folder = await mkdtemp(join(tmpdir(), 'janus-bench-'));
  const server = await startTestServer(kind);
  const knobs = freshKnobs();
  const ticking = serverClock(() => server.now());
  const clock = { ...ticking, now: () => (knobs.at === undefined ? ticking.now() : new Date(knobs.at)) };
  const keys = await ensurePermitKeys(join(folder, 'keys'));
  const handsKeys = await ensureHandsKeys(join(folder, 'hands'));
  const sandbox = createScriptedSandbox(clock.now);
  const { mind, escapement, waitingAtGate, keeper, ...hands } = wireBenchHands({ folder, keys, handsKeys, clock, knobs, sandbox });
  const settings = {
    connection: server.environment.nativeConnection,
    namespace: server.namespace,
    vessel,
    host: testHost,
    identity: 'test',
    bundle,
    // Jest cannot require an ES module. Signals are read inside the workflow, by the bundle's own copy of the converter.
    payloadConverterPath: '',
    ...(cachedWorkflowsMax !== undefined && { cachedWorkflowsMax }),
  };
  const digests = new Map<string, Deferred<string>>();
  const digestOf = (id: string) => {
    const known = digests.get(id) ?? deferred<string>();
    digests.set(id, known);
    return known;
  };
  const startBrain = async () => {
    const wired = wireBenchBrain(folder, keys, clock, knobs);
    const told = telling(wired.activities, (id, digest) => digestOf(id).resolve(digest));
    const { stop } = running([await createBrainWorker(settings, told)]);
    return { stop: () => stop().then(() => wired.close()) };
  };
  let brain = await startBrain();
  const others = running([
    await createMindWorker(settings, mind),
    await createBooksWorker(settings, wireBenchBooks(keys, knobs)),
    ...(await createHandsWorkers(settings, hands)),
  ]);
  const files = logFiles(folder);
  const records = async (proposalId: string, log: LogName = 'proposals') =>
    (await readRecords(files[log])).filter(({ action_id: id }) => id === proposalId);

  return {
    server,
    folder,
    sandbox,
    knobs,
    document: nextDocument,
    propose: async (document, proof) =>
      server.client.workflow.start(workflowTypes.proposal, {
        workflowId: document.proposal_id,
        taskQueue: queues.brain(vessel),
        args: proof === undefined ? [document] : [document, proof],
        workflowIdReusePolicy: WorkflowIdReusePolicy.REJECT_DUPLICATE,
        typedSearchAttributes: listing(document, new Date((await server.now()) + knobs.approvalSeconds * 1_000)),
        ...labelsOf(document),
      }) as Promise<ProposalHandle>,
    vouch: (document) => clock.sync().then(() => vouchFor({ ...benchOwn(keys), sha256, now: clock.now }, document)),
    scheduled: (type) => {
      const args = { vessel, ...(type === 'rehearsal' && { dryRun: true as const }) };
      const start = { workflowType: workflowTypes[type], workflowId: scheduleIds[type](vessel), args };
      return { ...args, voucher: signSchedule(benchOwn(keys), start) };
    },
    digest: (id) => digestOf(id).promise,
    waitingAtGate,
    keptOrders: () => keeper.read(),
    view: async (handle) => camelKeys<ProposalView>(await handle.query(queryNames.status)),
    records,
    missionLog: () => readRecords(files.mission_log),
    happen: (happened) => openJournal(journalIn(folder), 'tick').append(happened),
    leaveInterrupted: async (proposalId, digest, startedSteps) => {
      const gone = createStartLedger({ folder: join(folder, 'ledger'), self: { pid: 1, startTicks: '0', bootId: 'another boot' } });
      await gone.claim(proposalId, { digest, permit: 'of a server that was put back' });
      for (let step = 0; step < startedSteps; step += 1) await gone.startStep(proposalId, step);
    },
    trailRefused: () => new Promise((resolve) => Object.assign(knobs, { onDiskFull: resolve })),
    ...{ resume: (of: string) => note(folder, resumed(of)), note: (entry: EntryOf<'mission_log'>) => note(folder, entry) },
    restartBrain: async () => {
      await brain.stop();
      brain = await startBrain();
    },
    ended: async (handle) => {
      const outcome = await handle.result();
      const history = await handle.fetchHistory();
      const events = (await records(handle.workflowId)).map(({ event_type: type }) => type);
      assertSoundEnd(outcome, history, events);
      for (const file of Object.values(files)) await assertChain(file);
      await assertReconciled(
        files.proposals,
        server,
        handle.workflowId,
        createLedgerReader({ folder: join(folder, 'ledger'), host: testHost }),
      );
      return { outcome, history, events };
    },
    close: async () => {
      await Promise.all([brain.stop(), others.stop()]);
      escapement.close();
      await server.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
