import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ActivityCancellationDetails } from '@temporalio/common';
import { MockActivityEnvironment } from '@temporalio/testing';
import { DefaultLogger } from '@temporalio/worker';
import { countedPlaces, createGate } from '../../../src/activities/hands/gate.js';
import { createHalting } from '../../../src/activities/hands/halting.js';
import { standing } from '../standing-stop.js';
import type { HandsDependencies } from '../../../src/activities/hands/dependencies.js';
import { createHandsActivities } from '../../../src/activities/hands/create-hands-activities.js';
import { createPreviewActivities } from '../../../src/activities/hands/create-preview-activities.js';
import { nothingUnderWay } from '../../../src/activities/hands/under-way.js';
import { createRollbackActivities } from '../../../src/activities/hands/create-rollback-activities.js';
import { createStartLedger } from '../../../src/adapters/ledger/create-start-ledger.js';
import { createPermitIssuer, createPermitVerifier, ensurePermitKeys } from '../../../src/adapters/permit/create-permits.js';
import { createAnswerSigner, ensureHandsKeys } from '../../../src/adapters/permit/hands-keys.js';
import type { Sandbox, SandboxRequest } from '../../../src/adapters/sandbox/contract/sandbox.js';
import type { HandsActivities, PreviewActivities, RollbackActivities, StartRequest } from '../../../src/contract/hands.js';
import type { SignedAnswer } from '../../../src/domain/action/answer.js';
import { planDigest } from '../../../src/domain/action/digests.js';
import { packPlan } from '../../../src/domain/action/packing.js';
import type { Permit } from '../../../src/domain/action/permit.js';
import type { ExecutionPlan } from '../../../src/domain/action/plan.js';
import { planProposal } from '../../../src/domain/action/planning.js';
import { openTerms } from '../../../src/domain/approval/terms.js';
import type { ProposalDocument } from '../../../src/domain/action/proposal.schema.js';
import type { CommandResult } from '../../../src/domain/action/result.js';
import { notApproved } from '../../../src/domain/thinking/playbook-approval.js';
import { grantsOf } from '../modes/grants.js';
import { approvalChecks } from '../proposals/approvals.js';
import { aResult } from '../trail/ledgers.js';
import { createFakePreviewer } from '../bench/fake-previewer.js';
import type { Knobs } from '../bench/knobs.js';
import { freshKnobs } from '../bench/knobs.js';
import { aContext, aProposal, sha256 } from '../proposals/proposals.js';

/** Failures are what these tests are about. */
const silent = new DefaultLogger('ERROR', () => undefined);

type Behaviour = (request: SandboxRequest, signal: AbortSignal) => Promise<CommandResult>;

/** A sandbox that starts nothing: it notes what it was asked for, and does as the test says. */
export interface FakeSandbox extends Sandbox {
  /** `janus-0123456789ab/step-1` */
  readonly ran: string[];
  readonly prepared: string[];
  behaviour: Behaviour;
  prepare: () => void;
}

/** What is still running when the bench is closed ends then, so that a failed test does not keep jest from ending. */
function fakeSandbox(closed: Promise<CommandResult>): FakeSandbox {
  const fake: FakeSandbox = {
    profile: 'test:0000000000000000',
    ran: [],
    prepared: [],
    behaviour: async () => aResult(),
    prepare: () => undefined,
    run: (request, signal) => {
      fake.ran.push(request.outputPrefix.replace('/work/', '').replace('.output', ''));
      return Promise.race([fake.behaviour(request, signal), closed]);
    },
    prepareWorkspace: async (proposalId) => {
      fake.prepare();
      fake.prepared.push(proposalId);
      return `/work/${proposalId}`;
    },
    adoptWorkspace: async (folder) => folder,
    workspaceOf: (proposalId) => `/work/${proposalId}`,
    outputsOf: (proposalId) => `/work/${proposalId}.output`,
    commandLine: ({ command, workspace }) => ['bwrap', workspace, command.path, ...command.args],
    inspect: async () => ({ ok: true, account: '', tier: '', problems: [], remarks: [] }),
  };
  return fake;
}

/** A plan as the review would make it. */
export function aPlan(document: Partial<ProposalDocument> = {}, change: Partial<ExecutionPlan> = {}): ExecutionPlan {
  return { ...planProposal(aProposal(document), aContext(), openTerms('run_tests')), ...change };
}

type AllHands = HandsActivities & PreviewActivities & RollbackActivities;

/** Most tests are about what is answered, not about the signature. */
type Unsigned<Hands> = {
  [Act in keyof Hands]: Hands[Act] extends (request: infer Request) => Promise<SignedAnswer<infer Answer>>
    ? (request: Request) => Promise<Answer>
    : never;
};

function unsigned(hands: AllHands): Unsigned<AllHands> {
  const calls = Object.entries(hands).map(([name, call]: [string, (request: never) => Promise<SignedAnswer<unknown>>]) => [
    name,
    async (request: never) => (await call(request)).answer,
  ]);
  return Object.fromEntries(calls) as Unsigned<AllHands>;
}

export interface HandsBench {
  readonly deps: HandsDependencies;
  readonly sandbox: FakeSandbox;
  readonly knobs: Knobs;
  readonly ledgerFolder: string;
  readonly hands: HandsActivities & PreviewActivities;
  readonly rollback: RollbackActivities;
  now: Date;
  emergency: string | undefined;
  limit: number;
  permit(plan: ExecutionPlan, change?: Partial<Permit>): StartRequest;
  /** Runs one activity in a context of its own, as a worker would. */
  run<T>(activity: (hands: Unsigned<AllHands>) => Promise<T>): Attempt<T>;
  /** The same, with what they sign. */
  runSigned<T>(activity: (hands: AllHands) => Promise<T>): Attempt<T>;
  close(): void;
}

export interface Attempt<T> {
  readonly result: Promise<T>;
  /** The workflow asks for it, or the worker stops. */
  cancel(wanted?: boolean): void;
}

/** Hands with a real ledger, real permits and a real gate. `restart` gives another process on the same ledger. */
export async function openHands(
  change: Partial<HandsDependencies> = {},
): Promise<HandsBench & { restart(ledger?: HandsDependencies['ledger']): HandsBench }> {
  const folder = mkdtempSync(join(tmpdir(), 'janus-hands-'));
  const keys = await ensurePermitKeys(join(folder, 'keys'));
  const issuer = createPermitIssuer(keys);
  const answers = createAnswerSigner(await ensureHandsKeys(join(folder, 'hands')));
  const ledgerFolder = join(folder, 'ledger');
  let close: (result: CommandResult) => void = () => undefined;
  const closed = new Promise<CommandResult>((resolve) => (close = resolve));
  const open = (ledger: HandsDependencies['ledger']): HandsBench => {
    const sandbox = fakeSandbox(closed);
    const knobs = freshKnobs();
    const checks = approvalChecks(() => bench.now);
    const deps: HandsDependencies = {
      ...checks,
      self: { ...checks.self, host: 'here' },
      sandbox,
      previewer: createFakePreviewer(knobs),
      ledger,
      permits: createPermitVerifier({
        publicKeyFile: keys.publicKeyFile,
        vessel: 'janus-test',
        host: 'here',
        hands: answers.fingerprint,
      }),
      answers,
      gates: { actions: createGate(countedPlaces(() => bench.limit)), previews: createGate(countedPlaces(() => bench.limit)) },
      ownRisk: { floor: {}, irreversible: [] },
      ownGrants: {
        settings: grantsOf({ ceiling: 'alpha' }),
        tools: aContext().tools,
        playbook: async () => notApproved('NOT_APPROVED', 'nobody has approved it'),
        programs: async () => aContext().programs,
      },
      sha256,
      emergencyStop: async () => bench.emergency,
      halting: createHalting(async () => standing(bench.emergency)),
      spare: (_, work) => work(),
      underWay: nothingUnderWay(),
      ...change,
    };
    const bench: HandsBench = {
      deps,
      knobs,
      sandbox,
      ledgerFolder,
      hands: { ...createHandsActivities(deps), ...createPreviewActivities(deps) },
      rollback: createRollbackActivities(deps),
      now: new Date('2026-01-02T03:04:05.678Z'),
      emergency: undefined,
      limit: 8,
      permit: (plan, fields = {}) => ({
        plan: packPlan(plan),
        permit: issuer.issue({
          v: 1,
          vessel: 'janus-test',
          proposalId: plan.proposalId,
          firstRunId: 'run',
          host: 'here',
          hands: answers.fingerprint,
          digest: planDigest(sha256, plan),
          receipt: 'proposals:1:0123456789abcdef',
          expiresAt: new Date(bench.now.getTime() + 600_000).toISOString(),
          ...fields,
        }),
      }),
      run: (activity) => bench.runSigned((hands) => activity(unsigned(hands))),
      runSigned: <T>(activity: (activities: AllHands) => Promise<T>) => {
        const environment = new MockActivityEnvironment({}, { logger: silent });
        return {
          result: environment.run<[], T, () => Promise<T>>(() => activity({ ...bench.hands, ...bench.rollback })),
          cancel: (wanted = true) =>
            environment.cancel(
              wanted ? 'CANCELLED' : 'WORKER_SHUTDOWN',
              new ActivityCancellationDetails(wanted ? { cancelRequested: true } : { workerShutdown: true }),
            ),
        };
      },
      close: () => {
        close(aResult());
        rmSync(folder, { recursive: true, force: true });
      },
    };
    return bench;
  };
  const bench = open(createStartLedger({ folder: ledgerFolder }));
  return Object.assign(bench, { restart: (ledger = createStartLedger({ folder: ledgerFolder })) => open(ledger) });
}
